import { MapPin } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { counted } from '../ui/words.ts'
import { PlacementDialog } from './placement-dialog.tsx'
import type { Unplaced } from './reading-row.ts'

/** Named at once; the others come up as these are told of. */
const shownMax = 6

/** Where nobody says where a service runs, nothing is decided about it: somebody can say so here. */
export function UnplacedNote({ unplaced }: { unplaced: readonly Unplaced[] }) {
  const [chosen, setChosen] = useState<Unplaced>()
  if (unplaced.length === 0) return null
  return (
    <div className="flex flex-wrap items-center gap-2 border-b bg-medium-soft px-4 py-2">
      <p className="min-w-0 basis-full text-xs sm:flex-1 sm:basis-60">
        Nobody says where {counted(unplaced.length, 'service')} {unplaced.length === 1 ? 'runs' : 'run'}, so
        nothing is decided about {unplaced.length === 1 ? 'it' : 'them'}.
      </p>
      {unplaced.slice(0, shownMax).map((one) => (
        <Button key={one.service} size="small" onClick={() => setChosen(one)}>
          <MapPin aria-hidden /> Say where {one.service} runs…
        </Button>
      ))}
      {unplaced.length > shownMax && (
        <span className="text-ink-mute text-xs">and {unplaced.length - shownMax} more</span>
      )}
      {chosen && <PlacementDialog unplaced={chosen} onClose={() => setChosen(undefined)} />}
    </div>
  )
}
