/** What people do with the panel, in every browser. */
import { historyFlows } from "./history.mjs";
import { senderFlows } from "./senders.mjs";
import { settingFlows } from "./settings.mjs";
import { taskFlows } from "./tasks.mjs";
import { waitFlows } from "./waits.mjs";

export const allFlows = [historyFlows, senderFlows, taskFlows, waitFlows, settingFlows];
