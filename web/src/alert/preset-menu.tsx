import { Bookmark, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { parseSearch, stringifySearch } from '../shell/search.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { Popover } from '../ui/popover.tsx'
import { type AlertSearch, filterOf, isFiltered, readAlertSearch } from './alert-search.ts'
import { givenPresets, keepPresets, type Preset, readPresets, withPreset } from './preset.ts'

type PresetMenuProps = { search: AlertSearch; onChoose: (search: AlertSearch) => void }

/** Filters with a name: some that everybody has, and those that this browser keeps. */
export function PresetMenu({ search, onChoose }: PresetMenuProps) {
  const [presets, setPresets] = useState(readPresets)
  const [name, setName] = useState('')
  const keep = (next: Preset[]): void => {
    setPresets(next)
    keepPresets(next)
  }
  const now = stringifySearch({ ...filterOf(search), sort: search.sort })
  const all = [
    ...givenPresets.map((one) => ({ ...one, own: false })),
    ...presets.map((one) => ({ ...one, own: true })),
  ]
  const current = all.find((one) => one.search === now)
  return (
    <Popover
      label="Presets"
      align="start"
      trigger={
        <Button className={current ? 'max-w-56 border-accent text-accent' : ''}>
          <Bookmark aria-hidden /> <span className="truncate">{current?.name ?? 'Presets'}</span>
        </Button>
      }
    >
      <ul className="mb-2 max-h-64 overflow-y-auto">
        {all.map((one) => (
          <li key={`${one.own} ${one.name}`} className="flex items-center gap-1">
            <button
              type="button"
              aria-current={one === current ? 'true' : undefined}
              onClick={() => onChoose(readAlertSearch(parseSearch(one.search)))}
              className="min-w-0 flex-1 truncate rounded px-2 py-1.5 text-left hover:bg-sunken aria-[current]:text-accent"
            >
              {one.name}
            </button>
            {one.own && (
              <Button
                look="quiet"
                size="icon-small"
                aria-label={`Forget ${one.name}`}
                onClick={() => keep(presets.filter((other) => other.name !== one.name))}
              >
                <Trash2 aria-hidden />
              </Button>
            )}
          </li>
        ))}
      </ul>
      <form
        className="flex gap-2 border-t pt-2"
        onSubmit={(event) => {
          event.preventDefault()
          keep(withPreset(presets, { name: name.trim(), search: now }))
          setName('')
        }}
      >
        <TextField
          aria-label="Name of what is chosen now"
          placeholder="Name what is chosen now"
          value={name}
          maxLength={60}
          onChange={(event) => setName(event.target.value)}
          className="min-w-0 flex-1"
        />
        <Button type="submit" disabled={name.trim() === '' || !isFiltered(search)}>
          Keep
        </Button>
      </form>
    </Popover>
  )
}
