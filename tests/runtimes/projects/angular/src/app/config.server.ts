import { mergeApplicationConfig } from "@angular/core";
import { provideServerRendering, RenderMode, withRoutes } from "@angular/ssr";
import { config as common } from "./config";

const rendering = provideServerRendering(withRoutes([{ path: "**", renderMode: RenderMode.Prerender }]));

export const config = mergeApplicationConfig(common, { providers: [rendering] });
