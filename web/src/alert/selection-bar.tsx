import type { AlertDeed } from '@aiops/contract/api/alert-deed'
import { BellOff, Check, CircleMinus, Combine } from 'lucide-react'
import { Button } from '../ui/button.tsx'
import { counted } from '../ui/words.ts'
import { selectedMax } from './selection.ts'

type SelectionBarProps = {
  count: number
  /** So many fit the filter; 0 where there is none. */
  fitting: number
  /** Deeds are done to all that fit rather than to what is selected. */
  all: boolean
  onAll: (all: boolean) => void
  onSilence: () => void
  onDeed: (action: AlertDeed) => void
  onClear: () => void
}

/** What is selected and what can be done with it; else the keys that select. */
export function SelectionBar({ count, fitting, all, onAll, onSilence, onDeed, onClear }: SelectionBarProps) {
  return (
    <div className="flex min-h-10 flex-wrap items-center gap-2 border-b px-3 py-1 text-xs" aria-live="polite">
      {count === 0 && !all ? (
        <>
          <p className="text-ink-mute">
            <span className="max-md:hidden">
              <Key>↑</Key> <Key>↓</Key> move, <Key>x</Key> selects, <Key>space</Key> selects up to the row,{' '}
              <Key>s</Key> silences, <Key>a</Key> acknowledges, <Key>j</Key> joins, <Key>o</Key> takes out
            </span>
            <span className="md:hidden">Select alerts to do something with them.</span>
          </p>
          {fitting > 0 && (
            <Button size="small" look="quiet" className="ml-auto" onClick={() => onAll(true)}>
              All {counted(fitting, 'alert')} that fit
            </Button>
          )}
        </>
      ) : (
        <>
          <p className="font-medium">
            {all
              ? `All ${counted(fitting, 'alert')} that fit`
              : `${counted(count, 'alert')} selected${count >= selectedMax ? ', the most there can be' : ''}`}
          </p>
          {!all && (
            <Button size="small" onClick={onSilence}>
              <BellOff aria-hidden /> Silence
            </Button>
          )}
          <Button size="small" onClick={() => onDeed('ACKNOWLEDGE')}>
            <Check aria-hidden /> Acknowledge
          </Button>
          <Button size="small" onClick={() => onDeed('JOIN')}>
            <Combine aria-hidden /> Join
          </Button>
          <Button size="small" onClick={() => onDeed('TAKE_OUT')}>
            <CircleMinus aria-hidden /> Take out
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
