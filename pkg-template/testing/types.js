/**
 * The shapes that a test sees. Types only: nothing here runs.
 *
 * Field names are the service's own, as they stand in its replies, so that a value in `state` can be compared with the
 * bytes that arrive.
 */

/**
 * A sent message, as the page "Получение истории отправленных сообщений" describes it. Unknown keys may be added: they go
 * out in JSON and XML after the documented ones, as the service's own `flag`, `comment` and `operator_orig` do.
 *
 * @typedef {object} EmulatorMessage
 * @property {number} status Status code; -3 to 25, 1 is delivered.
 * @property {number} last_timestamp Last change of the status, Unix seconds.
 * @property {number} err Delivery error; 0 is none.
 * @property {number} send_timestamp When it was sent, Unix seconds.
 * @property {string} phone Number in digits, or the address of an e-mail.
 * @property {string} cost Price in the account's currency, decimal text with a dot.
 * @property {string} sender_id Sender name.
 * @property {string} status_name The status in words, Russian.
 * @property {string} message Text of the message.
 * @property {string} mccmnc Mobile country and network code.
 * @property {string} country Country of the number, Russian.
 * @property {string} operator Operator of the number.
 * @property {string} region Region of the number; may be empty.
 * @property {number} type 0 SMS, 1 flash, 2 binary, 3 WAP push, 4 HLR, 5 ping, 6 MMS, 7 call, 8 e-mail, 10 Viber, 12 social.
 * @property {number} id The sender's own number for the message.
 * @property {string} int_id The service's number: decimal text, may be above 2^53, grows with time.
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
 * @property {number} fstatus 0 being checked, 1 rejected, 2 admitted.
 * @property {string} fcomment The moderator's comment.
 * @property {number} size Bytes received.
 * @property {string} info The `doc_info` sent along.
 */

/**
 * What will happen to a sender name when the clock reaches `at`.
 *
 * @typedef {object} SenderEvent
 * @property {number} at Milliseconds of the emulator's clock.
 * @property {number} [status] New status of the name.
 * @property {string} [operator] Operator key whose status becomes `code`.
 * @property {number} [code] New operator status.
 * @property {number} [fid] File whose status becomes `fstatus`.
 * @property {number} [fstatus] New file status.
 */

/**
 * @typedef {object} EmulatorSender
 * @property {number} id The service's id, grows with every new name.
 * @property {string} sender The name: up to 11 characters, a phone number, or an e-mail address.
 * @property {number} status 0 awaits moderation, 1 admitted, 2 switched off.
 * @property {string} cmt The owner's comment (`cmt`).
 * @property {Record<string, number>} operators Registrations asked for, by operator key; keys that are not here are shown as 0.
 * @property {Record<string, string>} substitutes Names that replace this one, by operator key; shown as `<key>_subst`.
 * @property {EmulatorFile[]} files Documents.
 * @property {Record<string, string>} details What the registrations of Ukraine and Belarus asked for.
 * @property {number} created Milliseconds of the emulator's clock.
 * @property {number} [changed] Last change at any operator, in the same clock; what `from_date` looks at.
 * @property {string} [name] Owner of an e-mail sender.
 * @property {string} [user] Login of the sub-account that owns the name; absent for the account itself.
 * @property {boolean} [locked] A name of the service that can be neither changed nor deleted (error 5).
 * @property {SenderEvent[]} due What is still to come. An empty array freezes the name.
 */

/**
 * @typedef {object} TaskEvent
 * @property {number} at Milliseconds of the emulator's clock.
 * @property {number} status New status of the task.
 */

/**
 * The file's bytes; a text is sent as UTF-8. A function is called for every download and can give more than fits in memory.
 *
 * @typedef {Uint8Array | string | (() => Uint8Array | Promise<Uint8Array> | AsyncIterable<Uint8Array>)} TaskContent
 */

/**
 * @typedef {object} EmulatorTask
 * @property {number} id The service's id, grows with every new task.
 * @property {string} name Free text; may hold commas.
 * @property {number} status 0 waiting, 1 running, 2 done, 3 cancelled, 4 failed.
 * @property {number | string} created Milliseconds of the emulator's clock, or the text to show as it is.
 * @property {number | string} time When it started, in the same way; "" before that.
 * @property {string} file Name of the file; "" before it exists.
 * @property {TaskContent} content What `get_file` gives once the status is 2; ten made-up messages if not given.
 * @property {Record<string, string>} [headers] Headers of the download, over the usual ones.
 * @property {TaskEvent[]} due What is still to come. An empty array freezes the task.
 */

/**
 * A confirmation code that was "sent" to a digital sender name.
 *
 * @typedef {object} EmulatorCode
 * @property {string} sender The phone number.
 * @property {string} code The digits that `check_code` wants.
 * @property {number} sent Milliseconds of the emulator's clock; another code is refused (error 10) for 8 hours.
 * @property {string} site Sender name that the message came from; "" for the default one.
 * @property {string} text Text of the message.
 * @property {boolean} used True once it has been confirmed.
 */

/**
 * The live account. Everything can be read and changed by a test, at any time; what depends on time is up to date at every read.
 *
 * @typedef {object} EmulatorState
 * @property {string} login
 * @property {string} password
 * @property {string} apiKey
 * @property {string} balance Decimal text.
 * @property {string} currency
 * @property {EmulatorMessage[]} messages In any order: replies sort them, newest first.
 * @property {EmulatorSender[]} senders
 * @property {EmulatorTask[]} tasks
 * @property {EmulatorCode[]} codes Confirmation codes, oldest first.
 * @property {string[]} subaccounts Logins that `user` may name.
 * @property {string[]} undeliverable Phone numbers that no code reaches (error 8).
 * @property {number} blockedUntil Until when the address is blocked (error 4), milliseconds of the emulator's clock.
 * @property {(message: Partial<EmulatorMessage>) => EmulatorMessage} addMessage Fills in what is missing and adds it.
 * @property {(sender: Partial<EmulatorSender>) => EmulatorSender} addSender Fills in what is missing and adds it.
 * @property {(task: Partial<EmulatorTask>) => EmulatorTask} addTask Fills in what is missing and adds it.
 */

/**
 * A request that arrived.
 *
 * @typedef {object} EmulatorRequest
 * @property {string} script `"get.php"`, `"senders.php"` …; "" when the path names none.
 * @property {Record<string, string>} parameters Query string and body together, decoded by `charset`.
 * @property {UploadedFile[]} files Files of a multipart body.
 * @property {string} charset `"utf-8"` or `"windows-1251"`.
 * @property {string} method
 * @property {string} url
 * @property {Record<string, string>} headers Names in lower case.
 * @property {number} time When it arrived, milliseconds of the emulator's clock.
 * @property {number} underWay How many requests were under way at that moment, this one included.
 * @property {number} code The error N that was answered; 0 for none.
 * @property {number} httpStatus Status of the reply; 0 as long as there is none.
 * @property {"under way" | "answered" | "aborted" | "failed"} outcome "answered" once the last byte has been taken.
 * @property {Fault} [fault] The fault that was applied.
 */

/**
 * @typedef {object} UploadedFile
 * @property {string} field Name of the multipart field.
 * @property {string} fileName
 * @property {string} type Content type of the part.
 * @property {Uint8Array} bytes
 */

/**
 * Something that goes wrong with the next matching request. The first fault of the list that matches is applied, once, or
 * `times` times, and then leaves the list.
 *
 * A fault that replaces the reply (`"offline"`, `"hang"`, `"html"`, `"redirect"`, `code`, `status`, a `body` that is no function)
 * keeps the request away from the account; every other one lets it do its work first. `carriedOut` overrides that.
 *
 * @typedef {object} Fault
 * @property {(request: EmulatorRequest) => boolean} [when] Which requests; default any.
 * @property {number} [times] How many requests; default 1, `Infinity` for all.
 * @property {boolean} [carriedOut] Whether the account sees the request.
 * @property {number} [delayMs] Wait before the head of the reply, in real milliseconds.
 * @property {PromiseLike<unknown>} [until] Hold the head of the reply until this settles.
 * @property {FaultKind} [kind] What is wrong, see there.
 * @property {number} [code] Answer with the service's error N, in the format asked for.
 * @property {string} [text] Text of that error.
 * @property {number} [status] HTTP status; from 300 on with nginx's page for it, unless `body` says otherwise.
 * @property {Record<string, string>} [headers] Added to the reply's, or over them.
 * @property {string | Uint8Array | ((bytes: Uint8Array) => Uint8Array | string)} [body] Replaces the body, or makes another of it.
 * @property {number} [cut] The connection breaks after this many bytes of the body.
 * @property {number} [chunkBytes] The body trickles in pieces of this many bytes.
 * @property {number} [chunkDelayMs] Wait before each piece, in real milliseconds; default 0.
 * @property {string} [location] Where `"redirect"` points; default the same path at another host.
 */

/**
 * * `"offline"`: no connection; with `carriedOut: true` it breaks after the request was received and worked on
 * * `"hang"`: no answer, ever
 * * `"html"`: a page instead of the reply, with status 200
 * * `"empty"`: an empty body
 * * `"ok"`: a bare `OK`, whatever the format
 * * `"plain-error"`: `ERROR = N (text)` whatever the format: `code`, or the error that comes anyway, or 1
 * * `"wrong-charset"`: the body is in the other charset than its Content-Type says
 * * `"drift"`: JSON whose types drift, as under the `drift` option
 * * `"redirect"`: a redirect (`status`, default 302) to `location`
 *
 * @typedef {"offline" | "hang" | "html" | "empty" | "ok" | "plain-error" | "wrong-charset" | "drift" | "redirect"} FaultKind
 */

/**
 * What the emulator starts from. What is not given is a believable account of its own.
 *
 * @typedef {object} EmulatorSeed
 * @property {Partial<EmulatorMessage>[] | number} [messages] The messages, or how many to make up; default 3,000 over nine months.
 * @property {Partial<EmulatorSender>[]} [senders] The sender names; default one or more in every state.
 * @property {Partial<EmulatorTask>[]} [tasks] The deferred tasks; default one or more in every state.
 * @property {string} [login] Default "demo".
 * @property {string} [password] Default "demo".
 * @property {string} [apiKey] Default "demo-key".
 * @property {boolean | { blockAfter?: number, blockMs?: number }} [limits] Default true. An object turns them on and also blocks the address
 *   (error 4) for `blockMs` (default ten minutes) after `blockAfter` refusals within an hour.
 * @property {number | Date} [now] Starts the clock there and leaves it to `advance`; default: the real time, running.
 * @property {number} [random] Seed of what is made up; default 1.
 * @property {boolean} [drift] JSON whose types drift: numbers quoted, `err` missing, `flag`, `comment` and `operator_orig` added; default false.
 * @property {boolean} [plainErrors] Errors under fmt=3 as plain `ERROR = N (text)` lines; default false.
 * @property {"en" | "ru"} [language] Language of the error texts; default "en".
 * @property {boolean} [messageSpace] fmt=1 history: a space before the message, as the page's sample has it; default true.
 * @property {"raw" | "space"} [lineBreaks] How line breaks inside a message are shown in fmt=0 and fmt=1; default "raw".
 * @property {"ascending" | "descending"} [taskOrder] Order of the task list by id; default "ascending".
 * @property {number} [taskPage] Tasks listed when `cnt` is not sent; default 100.
 * @property {boolean} [cors] Send `Access-Control-Allow-Origin: *` and answer preflights, which the service does not; default false.
 * @property {number} [latencyMs] Every reply comes this many real milliseconds later; default 0.
 */

/**
 * @typedef {object} Listener
 * @property {string} url `http://127.0.0.1:<port>`.
 * @property {() => Promise<void>} close Stops listening and breaks every open connection.
 */

/**
 * @typedef {object} Emulator
 * @property {typeof globalThis.fetch} fetch The service, for any host: a drop-in for `globalThis.fetch`.
 * @property {EmulatorState} state The live account.
 * @property {EmulatorRequest[]} requests What arrived, oldest first. May be emptied.
 * @property {Fault[]} faults What is to go wrong. Push to it.
 * @property {() => number} now The emulator's clock, milliseconds.
 * @property {(ms: number) => void} advance Turns the clock on.
 * @property {(port?: number) => Promise<Listener>} listen The same service over HTTP on 127.0.0.1, in Node; port 0, the default, takes a free one.
 */

export {};
