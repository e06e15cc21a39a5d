import type { ComponentChildren } from "preact";

interface Props {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  /** Buttons below the content. */
  readonly footer?: ComponentChildren;
}

/** A modal dialog, open while it is rendered. Escape and its close button end it; the focus then returns. */
export function Dialog({ title, onClose, children, footer }: Props) {
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
