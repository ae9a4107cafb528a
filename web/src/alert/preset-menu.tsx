import { Bookmark, Trash2, Users } from 'lucide-react'
import { useState } from 'react'
import { parseSearch, stringifySearch } from '../shell/search.ts'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { TextField } from '../ui/field.tsx'
import { Popover } from '../ui/popover.tsx'
import { refusedFor } from '../ui/refused-for.ts'
import { type AlertSearch, filterOf, isFiltered, readAlertSearch } from './alert-search.ts'
import { givenPresets } from './preset.ts'
import { usePresets } from './use-presets.ts'

type PresetMenuProps = { search: AlertSearch; onChoose: (search: AlertSearch) => void }
type Shown = { name: string; search: string; id?: string; shared?: boolean }

/** Filters with a name: some that everybody has, one's own, and those that are shared. */
export function PresetMenu({ search, onChoose }: PresetMenuProps) {
  const { list, save, remove } = usePresets()
  const [name, setName] = useState('')
  const [shared, setShared] = useState(false)
  const now = stringifySearch({ ...filterOf(search), sort: search.sort })
  const all: Shown[] = [...givenPresets, ...(list.data?.presets ?? [])]
  const current = all.find((one) => one.search === now)
  const error = save.error ?? remove.error ?? list.error
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
          <li key={one.id ?? one.name} className="flex items-center gap-1">
            <button
              type="button"
              aria-current={one === current ? 'true' : undefined}
              onClick={() => onChoose(readAlertSearch(parseSearch(one.search)))}
              className="flex min-w-0 flex-1 items-center gap-2 rounded px-2 py-1.5 text-left hover:bg-sunken aria-[current]:text-accent"
            >
              <span className="truncate">{one.name}</span>
              {one.shared && <Users aria-label="shared" className="size-3.5 shrink-0 text-ink-mute" />}
            </button>
            {one.id !== undefined && (
              <Button
                look="quiet"
                size="icon-small"
                aria-label={`Forget ${one.name}`}
                disabled={remove.isPending}
                onClick={() => remove.mutate(one.id ?? '')}
              >
                <Trash2 aria-hidden />
              </Button>
            )}
          </li>
        ))}
      </ul>
      {error && <Failure error={error} advice={refusedFor(error, 'incidents:write')} className="mb-2" />}
      <form
        className="space-y-2 border-t pt-2"
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate({ name: name.trim(), search: now, shared }, { onSuccess: () => setName('') })
        }}
      >
        <div className="flex gap-2">
          <TextField
            aria-label="Name of what is chosen now"
            placeholder="Name what is chosen now"
            value={name}
            maxLength={120}
            onChange={(event) => setName(event.target.value)}
            className="min-w-0 flex-1"
          />
          <Button type="submit" disabled={name.trim() === '' || !isFiltered(search) || save.isPending}>
            Keep
          </Button>
        </div>
        <label className="flex items-center gap-2 text-ink-soft text-xs">
          <input
            type="checkbox"
            className="accent-(--accent)"
            checked={shared}
            onChange={(event) => setShared(event.target.checked)}
          />
          For everybody
        </label>
      </form>
    </Popover>
  )
}
