/**
 * The public types of the emulator.
 *
 * Fields have the names that the service uses in its responses, so that tests can compare a value in `state` with the response.
 */

/**
 * A sent message, as the page "Получение истории отправленных сообщений" describes it. You can add unknown keys: JSON and XML
 * responses contain them after the documented ones, as they do for the service's `flag`, `comment` and `operator_orig`.
 *
 * @typedef {object} EmulatorMessage
 * @property {number} status Status code; -3 to 25, 1 is delivered.
 * @property {number} last_timestamp Last change of the status, Unix seconds.
 * @property {number} err Delivery error; 0 for no error.
 * @property {number} send_timestamp Time of sending, Unix seconds.
 * @property {string} phone Phone number in digits, or the address of an e-mail.
 * @property {string} cost Price in the account's currency, decimal text with a dot.
 * @property {string} sender_id Sender name.
 * @property {string} status_name The status in words, Russian.
 * @property {string} message Text of the message.
 * @property {string} mccmnc Mobile country and network code.
 * @property {string} country Country of the number, Russian.
 * @property {string} operator Operator of the number.
 * @property {string} region Region of the number; may be empty.
 * @property {number} type 0 SMS, 1 flash, 2 binary, 3 WAP push, 4 HLR, 5 ping, 6 MMS, 7 call, 8 e-mail, 10 Viber, 12 social.
 * @property {number} id The number that the sender assigned to the message.
 * @property {string} int_id The number that the service assigned: decimal text, may exceed 2^53, increases with time.
 * @property {number} sms_cnt Parts of the message.
 * @property {number} format 8 for e-mails, 0 for text.
 * @property {number} crc CRC-32 of the text, unsigned.
 * @property {string} [last_date] Replaces the text made from `last_timestamp`.
 * @property {string} [send_date] Replaces the text made from `send_timestamp`.
 */

/**
 * A document for the operators, as `files=1` lists it (page "Описание параметров").
 *
 * @typedef {object} EmulatorFile
 * @property {string} file File name.
 * @property {number} fid The service's id of the file.
 * @property {number} fstatus 0 being checked, 1 rejected, 2 approved.
 * @property {string} fcomment The moderator's comment.
 * @property {number} size Bytes received.
 * @property {string} info The `doc_info` of the upload.
 */

/**
 * A change of a sender name that takes effect when the clock reaches `at`.
 *
 * @typedef {object} SenderEvent
 * @property {number} at Milliseconds of the emulator's clock.
 * @property {number} [status] New status of the name.
 * @property {string} [operator] Key of the operator whose status becomes `code`.
 * @property {number} [code] New operator status.
 * @property {number} [fid] Id of the file whose status becomes `fstatus`.
 * @property {number} [fstatus] New file status.
 */

/**
 * A sender name of the account.
 *
 * @typedef {object} EmulatorSender
 * @property {number} id The service's id, increases with every new name.
 * @property {string} sender The name: up to 11 characters, a phone number, or an e-mail address.
 * @property {number} status 0 awaits moderation, 1 approved, 2 disabled.
 * @property {string} cmt The owner's comment (`cmt`).
 * @property {Record<string, number>} operators Status of each registration, by operator key; responses show missing keys as 0.
 * @property {Record<string, string>} substitutes Names that replace this one, by operator key; responses show them as `<key>_subst`.
 * @property {EmulatorFile[]} files Documents.
 * @property {Record<string, string>} details Details that the registrations in Ukraine and Belarus require.
 * @property {number} created Milliseconds of the emulator's clock.
 * @property {number} [changed] Last change at any operator, milliseconds of the emulator's clock; `from_date` compares with it.
 * @property {string} [name] Owner of an e-mail sender.
 * @property {string} [user] Login of the sub-account that owns the name; absent if the account itself does.
 * @property {boolean} [locked] True for a name of the service that cannot be changed or deleted (error 5).
 * @property {SenderEvent[]} due Pending changes. An empty array keeps the name as it is.
 */

/**
 * A change of a task that takes effect when the clock reaches `at`.
 *
 * @typedef {object} TaskEvent
 * @property {number} at Milliseconds of the emulator's clock.
 * @property {number} status New status of the task.
 */

/**
 * The content of a task's file. A string is sent as UTF-8. A function is called for every download; it can return a stream that
 * does not fit in memory.
 *
 * @typedef {Uint8Array | string | (() => Uint8Array | Promise<Uint8Array> | AsyncIterable<Uint8Array>)} TaskContent
 */

/**
 * A deferred task of the account.
 *
 * @typedef {object} EmulatorTask
 * @property {number} id The service's id, increases with every new task.
 * @property {string} name Free text; may contain commas.
 * @property {number} status 0 waiting, 1 running, 2 done, 3 cancelled, 4 failed.
 * @property {number | string} created Milliseconds of the emulator's clock, or a text that responses show unchanged.
 * @property {number | string} time Start time, in the same form; "" before the start.
 * @property {string} file Name of the file; "" before it exists.
 * @property {TaskContent} content Content that `get_file` returns once the status is 2; default ten generated messages.
 * @property {Record<string, string>} [headers] Headers of the download; they override the default ones.
 * @property {TaskEvent[]} due Pending changes. An empty array keeps the task as it is.
 */

/**
 * A confirmation code that was "sent" to a digital sender name.
 *
 * @typedef {object} EmulatorCode
 * @property {string} sender The phone number.
 * @property {string} code The digits that `check_code` expects.
 * @property {number} sent Time of sending, milliseconds of the emulator's clock; requests for another code fail (error 10) for 8 hours.
 * @property {string} site Sender name of the message; "" for the default one.
 * @property {string} text Text of the message.
 * @property {boolean} used True once the code has been confirmed.
 */

/**
 * The live account. A test can read and change all fields at any time. Each read applies the changes that are due.
 *
 * @typedef {object} EmulatorState
 * @property {string} login Login that requests must have.
 * @property {string} password Password that requests must have, itself or as its MD5.
 * @property {string} apiKey API key that requests can have instead.
 * @property {string} balance Decimal text.
 * @property {string} currency Currency of the balance.
 * @property {string} [credit] Decimal text; `balance.php` gives it if it is set.
 * @property {EmulatorMessage[]} messages In any order: responses sort them, newest first.
 * @property {EmulatorSender[]} senders The sender names.
 * @property {EmulatorTask[]} tasks The deferred tasks.
 * @property {EmulatorCode[]} codes Confirmation codes, oldest first.
 * @property {string[]} subaccounts Logins accepted in `user`.
 * @property {string[]} undeliverable Phone numbers to which no code can be delivered (error 8).
 * @property {number} blockedUntil End of the address block (error 4), milliseconds of the emulator's clock.
 * @property {(message: Partial<EmulatorMessage>) => EmulatorMessage} addMessage Adds a message with default values for missing fields.
 * @property {(sender: Partial<EmulatorSender>) => EmulatorSender} addSender Adds a sender name with default values for missing fields.
 * @property {(task: Partial<EmulatorTask>) => EmulatorTask} addTask Adds a task with default values for missing fields.
 */

/**
 * A request that the emulator received.
 *
 * @typedef {object} EmulatorRequest
 * @property {string} script `"get.php"`, `"senders.php"` …; "" if the path has no script.
 * @property {Record<string, string>} parameters Parameters of the query string and the body, decoded by `charset`.
 * @property {UploadedFile[]} files Files of a multipart body.
 * @property {string} charset `"utf-8"` or `"windows-1251"`.
 * @property {string} method HTTP method.
 * @property {string} url Address, with its query string.
 * @property {Record<string, string>} headers Names in lower case.
 * @property {number} time Time of arrival, milliseconds of the emulator's clock.
 * @property {number} underWay Number of requests in flight at that time, including this one.
 * @property {number} code The error N in the response; 0 for no error.
 * @property {number} httpStatus HTTP status of the response; 0 before the response.
 * @property {"under way" | "answered" | "aborted" | "failed"} outcome State of the request; "answered" once the client has read the last byte.
 * @property {Fault} [fault] The applied fault.
 */

/**
 * A file of a multipart body.
 *
 * @typedef {object} UploadedFile
 * @property {string} field Name of the multipart field.
 * @property {string} fileName Name of the file.
 * @property {string} type Content type of the part.
 * @property {Uint8Array} bytes Content of the file.
 */

/**
 * A failure of the next matching request. The emulator applies the first matching fault of the list, and removes it after one
 * use, or after `times` uses.
 *
 * If a fault replaces the response (`"offline"`, `"hang"`, `"html"`, `"redirect"`, `code`, `status`, a `body` that is not a
 * function), the account does not process the request. With every other fault it does. `carriedOut` overrides both.
 *
 * @typedef {object} Fault
 * @property {(request: EmulatorRequest) => boolean} [when] Selects the requests; default all.
 * @property {number} [times] Number of requests; default 1, `Infinity` for all.
 * @property {boolean} [carriedOut] Whether the account processes the request.
 * @property {number} [delayMs] Delay before the head of the response, in real milliseconds.
 * @property {PromiseLike<unknown>} [until] Delays the head of the response until this settles.
 * @property {FaultKind} [kind] Kind of failure, see `FaultKind`.
 * @property {number} [code] Responds with the service's error N, in the requested format.
 * @property {string} [text] Text of that error.
 * @property {number} [status] HTTP status; from 300, the body is nginx's page for it unless `body` is set.
 * @property {Record<string, string>} [headers] Added to the response's headers; they override those of the same name.
 * @property {string | Uint8Array | ((bytes: Uint8Array) => Uint8Array | string)} [body] Replaces the body; a function receives the original bytes.
 * @property {number} [cut] Breaks the connection after this many bytes of the body.
 * @property {number} [chunkBytes] Sends the body in chunks of this many bytes.
 * @property {number} [chunkDelayMs] Delay before each chunk, in real milliseconds; default 0.
 * @property {string} [location] Target of `"redirect"`; default the same path at another host.
 */

/**
 * The kind of a failure:
 *
 * * `"offline"`: no connection; with `carriedOut: true` the connection breaks after the request was processed
 * * `"hang"`: no response
 * * `"html"`: an HTML page instead of the response, with status 200
 * * `"empty"`: an empty body
 * * `"ok"`: a bare `OK`, in every format
 * * `"plain-error"`: `ERROR = N (text)` in every format; N is `code`, the error of the response, or 1
 * * `"wrong-charset"`: the charset of the body differs from its Content-Type
 * * `"drift"`: JSON with drifting types, as with the `drift` option
 * * `"redirect"`: a redirect (`status`, default 302) to `location`
 *
 * @typedef {"offline" | "hang" | "html" | "empty" | "ok" | "plain-error" | "wrong-charset" | "drift" | "redirect"} FaultKind
 */

/**
 * Initial state and options of the emulator. Missing fields get the data of a realistic account.
 *
 * @typedef {object} EmulatorSeed
 * @property {Partial<EmulatorMessage>[] | number} [messages] The messages, or the number of messages to generate; default 3,000 over nine months.
 * @property {Partial<EmulatorSender>[]} [senders] The sender names; default one or more in every state.
 * @property {Partial<EmulatorTask>[]} [tasks] The deferred tasks; default one or more in every state.
 * @property {string} [login] Default "demo".
 * @property {string} [password] Default "demo".
 * @property {string} [apiKey] Default "demo-key".
 * @property {boolean | { blockAfter?: number, blockMs?: number }} [limits] Whether the rate limits apply; default true. An object enables them
 *   and also blocks the address (error 4) for `blockMs` (default ten minutes) after `blockAfter` refusals within an hour.
 * @property {number | Date} [now] Initial time of a clock that only `advance` changes; default: the system clock.
 * @property {number} [random] Seed of the generated data; default 1.
 * @property {boolean} [drift] JSON with drifting types: numbers quoted, `err` missing, `flag`, `comment` and `operator_orig` added; default false.
 * @property {boolean} [plainErrors] Errors in fmt=3 are plain `ERROR = N (text)` lines; default false.
 * @property {"en" | "ru"} [language] Language of the error texts; default "en".
 * @property {boolean} [messageSpace] fmt=1 history: a space before the message, as in the page's sample; default true.
 * @property {"raw" | "space"} [lineBreaks] Form of line breaks inside a message in fmt=0 and fmt=1; default "raw".
 * @property {"ascending" | "descending"} [taskOrder] Order of the task list by id; default "ascending".
 * @property {number} [taskPage] Number of tasks in a list if `cnt` is not sent; default 100.
 * @property {boolean} [cors] Whether to send `Access-Control-Allow-Origin: *` and respond to preflights, which the service does not; default false.
 * @property {number} [latencyMs] Delay of every response, in real milliseconds; default 0.
 */

/**
 * An HTTP server of the emulator.
 *
 * @typedef {object} Listener
 * @property {string} url Its address, `http://127.0.0.1:<port>`.
 * @property {() => Promise<void>} close Stops the server and breaks every open connection.
 */

/**
 * An emulator of the service with one account.
 *
 * @typedef {object} Emulator
 * @property {typeof globalThis.fetch} fetch A drop-in for `globalThis.fetch`; requests for any host reach the emulator.
 * @property {EmulatorState} state The live account.
 * @property {EmulatorRequest[]} requests The received requests, oldest first. You can empty the array.
 * @property {Fault[]} faults The pending faults. Push to the array to add one.
 * @property {() => number} now Current time of the emulator's clock, in Unix milliseconds.
 * @property {(ms: number) => void} advance Advances the clock.
 * @property {(port?: number) => Promise<Listener>} listen Serves the emulator over HTTP on 127.0.0.1, in Node; port 0, the default, selects a free port.
 */

export {};
