import type { ComponentChildren } from "preact";
import { useLayoutEffect } from "preact/hooks";

interface Props {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  /** Buttons below the content. */
  readonly footer?: ComponentChildren;
}

/** A modal dialog, open while it is rendered. Escape and its close button end it; the focus then returns. */
export function Dialog({ title, onClose, children, footer }: Props) {
  useFocusReturn();
  return (
    <wa-dialog
      open
      label={title}
      onwa-after-hide={(event: Event) => {
        // Components within the dialog emit the same event.
        if (event.target === event.currentTarget) onClose();
      }}
    >
      {children}
      {footer && (
        <div slot="footer" class="actions">
          {footer}
        </div>
      )}
    </wa-dialog>
  );
}

/** Returns the focus to the element that had it, also if the dialog ends without being closed by the user. */
function useFocusReturn() {
  useLayoutEffect(() => {
    const opener = document.activeElement;
    return () => {
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
}
