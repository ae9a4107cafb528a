import { CopyButton } from './copy-button.tsx'

/** One line of text to copy into a configuration or a terminal. */
export function CodeLine({ label, text }: { label: string; text: string }) {
  return (
    <div className="min-w-0 text-left">
      <p className="mb-1 text-ink-mute text-xs">{label}</p>
      <div className="flex items-center gap-1 rounded-md border bg-sunken py-1 pr-1 pl-2.5">
        <code className="min-w-0 flex-1 whitespace-pre-wrap break-all font-mono text-xs">{text}</code>
        <CopyButton text={text} label={`Copy: ${label}`} />
      </div>
    </div>
  )
}
