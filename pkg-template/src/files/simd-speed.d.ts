/** Whether a scan with SIMD was fast once. */
export declare let isFast: boolean;
/** Whether scans with SIMD were slow several times in a row. A busy machine is slow too, but not each time. */
export declare let isSlow: boolean;
/** Records the duration of a scan. */
export declare function recordScan(bytes: number, ms: number): void;
