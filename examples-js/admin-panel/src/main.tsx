import "@awesome.me/webawesome/dist/styles/themes/default.css";
import "@awesome.me/webawesome/dist/styles/native.css";
import "./components/web-awesome.ts";
import "./styles/panel.css";
import { render } from "preact";
import { loadPermissions } from "./api/permissions.ts";
import { App } from "./app.tsx";

const root = document.querySelector("#panel");
if (!root) throw new Error("the page has no element #panel");
await loadPermissions();
render(<App />, root);
