import { FileText, X } from 'lucide-react'
import { Button } from '../ui/button.tsx'
import { formatBytes } from '../ui/format.ts'

type FileChipProps = { name: string; sizeBytes: number; onRemove?: () => void }

export function FileChip({ name, sizeBytes, onRemove }: FileChipProps) {
  return (
    <span className="inline-flex max-w-full items-center gap-1.5 rounded-md border bg-sunken px-2 py-0.5 text-xs">
      <FileText aria-hidden className="size-3.5 shrink-0 text-ink-mute" />
      <span className="truncate">{name}</span>
      <span className="whitespace-nowrap text-ink-mute">{formatBytes(sizeBytes)}</span>
      {onRemove && (
        <Button
          look="quiet"
          size="icon-small"
          aria-label={`Remove ${name}`}
          onClick={onRemove}
          className="-mr-1.5"
        >
          <X aria-hidden />
        </Button>
      )}
    </span>
  )
}

type FileChipsProps = {
  files: readonly { key: string; name: string; sizeBytes: number }[]
  refused: readonly string[]
  onRemove: (key: string) => void
}

/** What goes with the message, and what does not and why. */
export function FileChips({ files, refused, onRemove }: FileChipsProps) {
  if (files.length + refused.length === 0) return null
  return (
    <div className="space-y-1 px-3 pt-2.5">
      <ul aria-label="Attached files" className="flex flex-wrap gap-1.5">
        {files.map(({ key, ...file }) => (
          <li key={key} className="min-w-0">
            <FileChip {...file} onRemove={() => onRemove(key)} />
          </li>
        ))}
      </ul>
      {refused.map((line) => (
        <p key={line} role="alert" className="text-critical text-xs wrap-anywhere">
          {line}
        </p>
      ))}
    </div>
  )
}
