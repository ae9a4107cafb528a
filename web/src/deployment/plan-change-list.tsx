import type { PlanChange } from '@aiops/contract/model/plan'
import { ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { className } from '../ui/class-name.ts'
import { uniqueKeys } from '../ui/unique-keys.ts'
import { actionLooks, valueText } from './plan-text.ts'

/** So many are shown at first; a plan may touch thousands. */
const firstMax = 50

export function PlanChangeList({ changes, label }: { changes: readonly PlanChange[]; label: string }) {
  const [shown, setShown] = useState(firstMax)
  const keys = uniqueKeys(changes, ({ address, action }) => `${action} ${address}`)
  if (changes.length === 0) return null
  return (
    <div>
      <ul aria-label={label} className="divide-y rounded-md border">
        {changes.slice(0, shown).map((change, i) => (
          <PlanChangeRow key={keys[i]} change={change} />
        ))}
      </ul>
      {changes.length > shown && (
        <Button size="small" className="mt-2" onClick={() => setShown(shown + 200)}>
          Show more of the {changes.length - shown} others
        </Button>
      )}
    </div>
  )
}

/** A resource; opened, the attributes that change. */
function PlanChangeRow({ change }: { change: PlanChange }) {
  const [open, setOpen] = useState(false)
  const { word, sign, tone } = actionLooks[change.action]
  return (
    <li>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex w-full flex-wrap items-center gap-x-2 gap-y-1 px-2 py-1.5 text-left hover:bg-sunken"
      >
        <ChevronRight
          aria-hidden
          className={className('size-4 shrink-0 text-ink-mute transition-transform', open && 'rotate-90')}
        />
        <Badge tone={tone} className="w-20 shrink-0">
          <span aria-hidden className="font-mono">
            {sign}
          </span>
          {word}
        </Badge>
        <code className="min-w-0 flex-1 basis-52 break-all font-mono text-xs">{change.address}</code>
        {change.stateful && <Badge tone="high">holds data</Badge>}
        {change.service !== null && <span className="text-ink-mute text-xs">{change.service}</span>}
      </button>
      {open && <ChangedValues change={change} />}
    </li>
  )
}

const valuesMax = 60

function ChangedValues({
  change: { before, after, changed, replace_paths, provider },
}: {
  change: PlanChange
}) {
  const names = changed.length > 0 ? changed : Object.keys(after ?? before ?? {})
  const forcing = new Set(replace_paths.map((path) => path.split('.')[0]))
  return (
    <div className="bg-sunken/60 px-3 py-2 font-mono text-xs sm:pl-8">
      <dl className="grid gap-x-4 gap-y-1 sm:grid-cols-[minmax(6rem,max-content)_minmax(0,1fr)]">
        {names.slice(0, valuesMax).map((name) => (
          <div key={name} className="contents">
            <dt className="break-all font-semibold max-sm:mt-1">
              {name}
              {forcing.has(name) && <span className="font-normal text-critical"> forces a replacement</span>}
            </dt>
            <dd className="break-all">
              {before !== null && <span className="text-critical">{valueText(before[name])}</span>}
              {before !== null && after !== null && <span className="text-ink-mute"> → </span>}
              {after !== null && <span className="text-ok">{valueText(after[name])}</span>}
            </dd>
          </div>
        ))}
      </dl>
      {names.length > valuesMax && <p className="mt-1">and {names.length - valuesMax} more attributes</p>}
      <p className="mt-1 break-all text-ink-mute">{provider}</p>
    </div>
  )
}
