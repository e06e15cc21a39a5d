/** The meaning of each code of a list. A code that is not in it has none that the service documents. */
export type CodeTable = Readonly<Record<number, string>>;
/** `status` of a message. */
export declare const messageStatuses: CodeTable;
/** `err` of a message: why it was not delivered. */
export declare const deliveryErrors: CodeTable;
/** `type` of a message. */
export declare const messageTypes: CodeTable;
/** `status` of a sender name. */
export declare const senderStatuses: CodeTable;
/** Status of a sender name at an operator. */
export declare const operatorStatuses: CodeTable;
/** `status` of a deferred task. */
export declare const taskStatuses: CodeTable;
