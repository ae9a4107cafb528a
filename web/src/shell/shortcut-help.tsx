import { Dialog } from '../ui/dialog.tsx'
import { allPlaces } from './place.ts'

const others = [
  { keys: ['Ctrl', 'K'], label: 'Command palette (⌘ K on a Mac)' },
  { keys: ['/'], label: 'Ask a question' },
  { keys: ['?'], label: 'This help' },
  { keys: ['Esc'], label: 'Close a dialog or menu' },
  { keys: ['Tab'], label: 'Next control; the first one skips to the content' },
  { keys: ['drag'], label: 'On a chart: zoom to a range' },
]

export function ShortcutHelp({
  open,
  onOpenChange,
}: {
  open: boolean
  onOpenChange: (open: boolean) => void
}) {
  const rows = [...allPlaces.map((place) => ({ keys: ['g', place.key], label: place.label })), ...others]
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keyboard shortcuts">
      <dl className="grid grid-cols-[auto_1fr] items-center gap-x-6 gap-y-2 overflow-y-auto px-5 py-4">
        {rows.map((row) => (
          <div key={row.label} className="contents">
            <dt className="flex gap-1">
              {row.keys.map((key) => (
                <kbd
                  key={key}
                  className="min-w-6 rounded border border-line-strong bg-sunken px-1.5 py-0.5 text-center font-mono text-xs"
                >
                  {key}
                </kbd>
              ))}
            </dt>
            <dd>{row.label}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
