import { BellOff } from 'lucide-react'
import { Button } from '../ui/button.tsx'
import { counted } from '../ui/words.ts'
import { selectedMax } from './selection.ts'

type SelectionBarProps = { count: number; onSilence: () => void; onClear: () => void }

/** What is selected and what can be done with it; else the keys that select. */
export function SelectionBar({ count, onSilence, onClear }: SelectionBarProps) {
  return (
    <div className="flex min-h-10 flex-wrap items-center gap-2 border-b px-3 py-1 text-xs" aria-live="polite">
      {count === 0 ? (
        <p className="text-ink-mute">
          <span className="max-md:hidden">
            <Key>↑</Key> <Key>↓</Key> move, <Key>x</Key> selects, <Key>space</Key> selects up to the row,{' '}
            <Key>s</Key> silences
          </span>
          <span className="md:hidden">Select alerts to silence them.</span>
        </p>
      ) : (
        <>
          <p className="font-medium">
            {counted(count, 'alert')} selected{count >= selectedMax && ', the most there can be'}
          </p>
          <Button size="small" onClick={onSilence}>
            <BellOff aria-hidden /> Silence
          </Button>
          <Button size="small" look="quiet" onClick={onClear}>
            Clear
          </Button>
        </>
      )}
    </div>
  )
}

const Key = ({ children }: { children: string }) => (
  <kbd className="rounded border bg-sunken px-1 font-mono">{children}</kbd>
)
