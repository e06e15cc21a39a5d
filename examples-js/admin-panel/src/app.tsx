/** The frame of every page: navigation, settings, messages to the user. */
import type { FunctionComponent } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { isReadOnly } from "./api/permissions.ts";
import { Balance } from "./balance.tsx";
import { Announcement } from "./components/announcement.tsx";
import { Badge } from "./components/badge.tsx";
import { WaitList } from "./components/wait-list.tsx";
import { HistoryView } from "./history/history-view.tsx";
import { language, languageNames, setLanguage, texts } from "./i18n/texts.ts";
import { SendersView } from "./senders/senders-view.tsx";
import { TasksView } from "./tasks/tasks-view.tsx";
import { setTheme, THEMES, theme } from "./theme.ts";
import { hrefOf, navigate, PAGES, type PageName, page } from "./url.ts";

const VIEWS: Readonly<Record<PageName, FunctionComponent>> = {
  history: HistoryView,
  senders: SendersView,
  tasks: TasksView,
};

export function App() {
  const View = VIEWS[page.value];
  const main = useRef<HTMLElement>(null);
  const shown = useRef(page.value);
  useEffect(() => {
    document.title = `${texts.value[page.value].title} · ${texts.value.title}`;
    // Screen readers start to read another page where the focus is.
    if (shown.current !== page.value) main.current?.focus();
    shown.current = page.value;
  }, [page.value, texts.value]);
  return (
    <>
      <a class="skip" href="#content">
        {texts.value.skip}
      </a>
      <header>
        <Navigation />
        {isReadOnly() && <Badge tone="neutral">{texts.value.readOnly}</Badge>}
        <Balance />
        <Settings />
      </header>
      <WaitList />
      <main ref={main} id="content" tabIndex={-1}>
        <View />
      </main>
      <Announcement />
    </>
  );
}

function Navigation() {
  return (
    <nav aria-label={texts.value.navigation}>
      {PAGES.map((name) => (
        <a
          key={name}
          href={hrefOf(name)}
          aria-current={name === page.value ? "page" : undefined}
          onClick={(event) => {
            // A modified click opens a new tab.
            if (event.ctrlKey || event.metaKey || event.shiftKey) return;
            event.preventDefault();
            navigate(hrefOf(name));
          }}
        >
          {texts.value[name].title}
        </a>
      ))}
    </nav>
  );
}

function Settings() {
  const { language: label, theme: themeTexts } = texts.value;
  return (
    <div class="settings">
      <select
        aria-label={label}
        name="language"
        value={language.value}
        onChange={({ currentTarget }) => setLanguage(currentTarget.value)}
      >
        {Object.entries(languageNames).map(([code, name]) => (
          <option key={code} value={code} lang={code} selected={code === language.value}>
            {name}
          </option>
        ))}
      </select>
      <select
        aria-label={themeTexts.label}
        name="theme"
        value={theme.value}
        onChange={({ currentTarget }) => setTheme(currentTarget.value)}
      >
        {THEMES.map((name) => (
          <option key={name} value={name} selected={name === theme.value}>
            {themeTexts[name]}
          </option>
        ))}
      </select>
    </div>
  );
}
