// The commands that the client's methods send, with the parameters of the service's pages. The core knows which commands only read
// (`only_reads` of src/api/command.rs), and which limits they count in.

/** A command of the service. */
export interface ServiceCommand {
  readonly script: string;
  /** The parameter that selects it, always `1`. Absent if the script has only one command. */
  readonly flag?: string;
  readonly parameters: readonly string[];
  readonly takesFile?: boolean;
}

const REGISTRATIONS = [
  ...["mts_step", "sber_step", "tele2", "motiv", "mega_step", "bee_step", "motiv_step", "winmob_step", "volnamob_step"],
  ...["tele2_step", "ua_reg", "ua_int", "by_reg", "by_int"],
  ...["fio", "inn", "site", "email", "address", "desc", "subj"],
  ...["by_fio", "by_inn", "by_address", "by_ocup", "by_type", "by_mes", "by_site"],
];

/** A method of the client that sends a command of its own. */
export type CommandName =
  | "balance"
  | "history.list"
  | "senders.add"
  | "senders.confirmCode"
  | "senders.list"
  | "senders.remove"
  | "senders.sendCode"
  | "senders.update"
  | "tasks.download"
  | "tasks.list";

/** A method of the client that sends the command of another. */
export type OtherMethodName =
  | "history.columns"
  | "history.iterate"
  | "history.ndjson"
  | "history.pages"
  | "senders.get"
  | "senders.iterate"
  | "tasks.columns"
  | "tasks.get"
  | "tasks.messages"
  | "tasks.ndjson"
  | "tasks.rows"
  | "tasks.waitFor";

/** A method of the client. */
export type MethodName = CommandName | OtherMethodName;

/** The commands, by the method that sends each. */
export const COMMANDS: Readonly<Record<CommandName, ServiceCommand>> = {
  "history.list": {
    script: "get.php",
    flag: "get_messages",
    parameters: ["start", "end", "phone", "email", "format", "cnt", "prev_id"],
  },
  "senders.list": {
    script: "senders.php",
    flag: "get",
    parameters: ["all", "operators", "files", "from_date", "prev_id", "cnt", "user"],
  },
  "senders.add": {
    script: "senders.php",
    flag: "add",
    parameters: ["sender", "cmt", "mail", "name", "doc_info", "user", ...REGISTRATIONS],
    takesFile: true,
  },
  "senders.update": {
    script: "senders.php",
    flag: "chg",
    parameters: ["sender", "id", "cmt", "doc_info", "user", ...REGISTRATIONS],
    takesFile: true,
  },
  "senders.sendCode": {
    script: "senders.php",
    flag: "send_code",
    parameters: ["sender", "site", "site_name", "user"],
  },
  "senders.confirmCode": { script: "senders.php", flag: "check_code", parameters: ["sender", "code", "user"] },
  "senders.remove": { script: "senders.php", flag: "del", parameters: ["sender", "id", "user"] },
  "tasks.list": { script: "downloads.php", flag: "get_list", parameters: ["cnt", "after_id"] },
  "tasks.download": { script: "downloads.php", flag: "get_file", parameters: ["id", "name"] },
  balance: { script: "balance.php", parameters: ["cur"] },
};

/** The other methods, and the command that each of them sends. */
export const COMMAND_OF_METHOD: Readonly<Record<OtherMethodName, CommandName>> = {
  "history.columns": "history.list",
  "history.iterate": "history.list",
  "history.ndjson": "history.list",
  "history.pages": "history.list",
  "senders.get": "senders.list",
  "senders.iterate": "senders.list",
  "tasks.columns": "tasks.download",
  "tasks.get": "tasks.list",
  "tasks.messages": "tasks.download",
  "tasks.ndjson": "tasks.download",
  "tasks.rows": "tasks.download",
  "tasks.waitFor": "tasks.list",
};

const commands = Object.entries(COMMANDS) as [CommandName, ServiceCommand][];

/** The commands that a request names. More than one is an ambiguous request; none, a script that has no method. */
export function commandsOf(script: string, parameters: ReadonlyMap<string, string>): CommandName[] {
  const isNamed = ({ flag }: ServiceCommand) => flag === undefined || parameters.has(flag);
  return commands.filter(([, command]) => command.script === script && isNamed(command)).map(([name]) => name);
}
