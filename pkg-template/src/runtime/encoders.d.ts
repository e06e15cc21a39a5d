export declare const TextDecoder: {
    new (label?: string, options?: TextDecoderOptions): TextDecoder;
    prototype: TextDecoder;
}, TextEncoder: {
    new (): TextEncoder;
    prototype: TextEncoder;
};
