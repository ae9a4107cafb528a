import { LayoutGrid, Plus, Table2, X } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { FilterFold } from '../ui/filter-fold.tsx'
import { FilterMenu } from '../ui/filter-menu.tsx'
import { Popover } from '../ui/popover.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { counted } from '../ui/words.ts'
import { environments, environmentWords, stateLooks, states, typeLooks, types } from './cluster-look.ts'
import { type FleetSearch, isFiltered } from './fleet-search.ts'

type FleetFilterProps = {
  search: FleetSearch
  onChange: (part: Partial<FleetSearch>, replace?: boolean) => void
  onClear: () => void
  choices: { regions: string[]; labelKeys: string[] }
  shown: number
  total: number
}

const some = <T,>(list: T[]): T[] | undefined => (list.length > 0 ? list : undefined)
const hasWords = { yes: 'with', no: 'without' }

export function FleetFilter({ search, onChange, onClear, choices, shown, total }: FleetFilterProps) {
  return (
    <FilterFold
      className="mb-3"
      filters={[
        ...[search.state, search.type, search.environment, search.region, search.gpu, search.cnf],
        ...[search.stale, search.label],
      ]}
      search={
        <SearchField
          label="Search by name"
          value={search.text ?? ''}
          onChange={(text) => onChange({ text: text || undefined }, true)}
          className="min-w-0 flex-1 md:w-56 md:flex-none"
        />
      }
    >
      <FilterMenu
        label="State"
        options={states}
        chosen={search.state ?? []}
        word={(state) => stateLooks[state].word}
        onChange={(state) => onChange({ state: some(state) })}
      />
      <FilterMenu
        label="Type"
        options={types}
        chosen={search.type ?? []}
        word={(type) => typeLooks[type].word}
        onChange={(type) => onChange({ type: some(type) })}
      />
      <FilterMenu
        label="Environment"
        options={environments}
        chosen={search.environment ?? []}
        word={(environment) => environmentWords[environment]}
        onChange={(environment) => onChange({ environment: some(environment) })}
      />
      {choices.regions.length > 1 && (
        <FilterMenu
          label="Region"
          options={choices.regions}
          chosen={search.region ?? []}
          word={(region) => (region === '-' ? 'without' : region)}
          onChange={(region) => onChange({ region: some(region) })}
        />
      )}
      {(['gpu', 'cnf'] as const).map((part) => (
        <FilterMenu
          key={part}
          label={part.toUpperCase()}
          options={['yes', 'no'] as const}
          chosen={search[part] ? [search[part]] : []}
          word={(has) => hasWords[has]}
          onChange={(chosen) => onChange({ [part]: chosen.find((one) => one !== search[part]) })}
        />
      ))}
      <LabelFilter chosen={search.label ?? []} onChange={(label) => onChange({ label: some(label) })} />
      {isFiltered(search) && (
        <Button look="quiet" onClick={onClear}>
          <X aria-hidden />
          Clear
        </Button>
      )}
      <div className="ml-auto flex flex-wrap items-center gap-2">
        <p className="text-ink-mute text-xs" aria-live="polite">
          {shown === total ? counted(total, 'cluster') : `${shown} of ${counted(total, 'cluster')}`}
        </p>
        <SelectField
          aria-label="Group by"
          value={search.group ?? ''}
          onChange={(event) => onChange({ group: event.target.value || undefined })}
          className="max-w-44"
        >
          <option value="">No groups</option>
          <option value="region">By region</option>
          <option value="type">By type</option>
          <option value="environment">By environment</option>
          {[...new Set([...choices.labelKeys.slice(0, 20), ...groupKey(search.group)])].map((key) => (
            <option key={key} value={`label:${key}`}>
              By label {key}
            </option>
          ))}
        </SelectField>
        <ViewButtons view={search.view} onChange={(view) => onChange({ view })} />
      </div>
    </FilterFold>
  )
}

const groupKey = (group: string | undefined): string[] =>
  group?.startsWith('label:') ? [group.slice('label:'.length)] : []

function ViewButtons({
  view,
  onChange,
}: {
  view: 'table' | undefined
  onChange: (view: 'table' | undefined) => void
}) {
  return (
    <div className="flex">
      <Button
        size="icon"
        aria-label="Show cards"
        title="Cards"
        aria-pressed={view === undefined}
        onClick={() => onChange(undefined)}
        className="rounded-r-none aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-accent"
      >
        <LayoutGrid aria-hidden />
      </Button>
      <Button
        size="icon"
        aria-label="Show a table"
        title="Table"
        aria-pressed={view === 'table'}
        onClick={() => onChange('table')}
        className="-ml-px rounded-l-none aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-accent"
      >
        <Table2 aria-hidden />
      </Button>
    </div>
  )
}

/** Labels that must fit, one by one. */
function LabelFilter({ chosen, onChange }: { chosen: string[]; onChange: (labels: string[]) => void }) {
  const [text, setText] = useState('')
  const fits = /^[^=]+=/.test(text)
  return (
    <>
      <Popover
        label="Filter by a label"
        trigger={
          <Button>
            <Plus aria-hidden /> Label
          </Button>
        }
      >
        <form
          className="flex gap-2"
          onSubmit={(event) => {
            event.preventDefault()
            if (!fits) return
            onChange([...new Set([...chosen, text.trim()])])
            setText('')
          }}
        >
          <TextField
            aria-label="Label, as key=value"
            placeholder="site=paris-7"
            value={text}
            maxLength={1_300}
            onChange={(event) => setText(event.target.value)}
            className="flex-1 font-mono text-xs"
          />
          <Button type="submit" disabled={!fits}>
            Filter
          </Button>
        </form>
      </Popover>
      {chosen.map((label) => (
        <Button
          key={label}
          className="max-w-60 border-accent text-accent"
          aria-label={`Remove the filter ${label}`}
          onClick={() => onChange(chosen.filter((one) => one !== label))}
        >
          <span className="truncate font-mono text-xs">{label}</span>
          <X aria-hidden />
        </Button>
      ))}
    </>
  )
}
