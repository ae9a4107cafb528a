import type { AlertFacets } from '@aiops/contract/api/alert-search'
import { entityName } from '@aiops/contract/model/entity'
import { X } from 'lucide-react'
import { Button } from '../ui/button.tsx'
import { FacetMenu } from '../ui/facet-menu.tsx'
import { facetOptions } from '../ui/facet-options.ts'
import { SelectField } from '../ui/field.tsx'
import { FilterFold } from '../ui/filter-fold.tsx'
import { formatCount } from '../ui/format.ts'
import { SearchField } from '../ui/search-field.tsx'
import { SeverityToggles } from '../ui/severity-toggles.tsx'
import { counted } from '../ui/words.ts'
import { type AlertSearch, filterOf, isFiltered, labelForm } from './alert-search.ts'
import { CelField } from './cel-field.tsx'
import { PresetMenu } from './preset-menu.tsx'

type AlertFilterProps = {
  search: AlertSearch
  total: number | undefined
  facets: AlertFacets | null | undefined
  onChange: (part: Partial<Record<keyof AlertSearch, unknown>>, replace?: boolean) => void
  /** In place of all that is chosen. */
  onReplace: (search: AlertSearch) => void
}

const several = (values: readonly string[]) => (values.length > 0 ? values : undefined)
const menus = [
  { key: 'name', label: 'Name' },
  { key: 'service', label: 'Service' },
  { key: 'source', label: 'Source' },
] as const
const states = [
  { value: 'FIRING', word: 'Firing' },
  { value: 'RESOLVED', word: 'Resolved' },
] as const
const asked = [
  { key: 'silenced', yes: 'Silenced', no: 'Not silenced' },
  { key: 'incident', yes: 'In an incident', no: 'In no incident' },
] as const

export function AlertFilter({ search, total, facets, onChange, onReplace }: AlertFilterProps) {
  return (
    <FilterFold
      className="border-b p-3"
      filters={Object.values(filterOf({ ...search, text: undefined }))}
      search={
        <SearchField
          label="Search text, or label=value"
          value={search.text ?? ''}
          onChange={(text) => onChange({ text: text || undefined }, true)}
          className="min-w-0 flex-1 md:w-64 md:flex-none"
        />
      }
      note={total !== undefined && counted(total, 'alert')}
      more={
        <>
          <SeverityToggles
            chosen={search.severity ?? []}
            counts={facets?.severity}
            onChange={(severity) => onChange({ severity: several(severity) })}
          />
          <span aria-hidden className="mx-1 h-5 w-px bg-line-strong max-sm:hidden" />
          {states.map(({ value, word }) => (
            <Toggle
              key={value}
              pressed={search.state?.includes(value) === true}
              onPress={(pressed) => onChange({ state: pressed ? [value] : undefined })}
            >
              {word}{' '}
              {facets && (
                <span className="font-medium text-ink">{formatCount(facets.state[value] ?? 0)}</span>
              )}
            </Toggle>
          ))}
          {asked.map(({ key, ...words }) => {
            // What is seldom asked for is shown where it is chosen, as a preset or an address does.
            const value = search[key] === 'yes' ? 'yes' : 'no'
            return (
              <Toggle
                key={key}
                pressed={search[key] === value}
                onPress={(pressed) => onChange({ [key]: pressed ? value : undefined })}
              >
                {words[value]}
              </Toggle>
            )
          })}
          <Chips {...{ search, onChange, onReplace }} />
        </>
      }
    >
      {menus.map(({ key, label: word }) => (
        <FacetMenu
          key={key}
          label={word}
          options={facetOptions(facets?.[key], search[key] ?? [], (value) => value || 'none named').filter(
            ({ value }) => value !== '',
          )}
          chosen={search[key] ?? []}
          onChange={(chosen) => onChange({ [key]: several(chosen) })}
        />
      ))}
      <CelField cel={search.cel} onChange={(cel) => onChange({ cel })} />
      <PresetMenu search={search} onChoose={onReplace} />
      <SelectField
        aria-label="Order"
        className="w-48"
        value={search.sort ?? '-received_at'}
        onChange={(event) => onChange({ sort: event.target.value })}
      >
        <option value="-received_at">Newest first</option>
        <option value="-severity">Most severe first</option>
        <option value="starts_at">Firing for longest first</option>
      </SelectField>
    </FilterFold>
  )
}

/** What is chosen and has no button of its own. */
function Chips({ search, onChange, onReplace }: Pick<AlertFilterProps, 'search' | 'onChange' | 'onReplace'>) {
  const { label = [], entity, incident, cel, text = '' } = search
  const isOne = incident !== undefined && incident !== 'yes' && incident !== 'no'
  if (!isFiltered(search)) return null
  return (
    <>
      {labelForm.test(text) && (
        <Button
          size="small"
          className="max-w-80"
          onClick={() => onChange({ text: undefined, label: [...new Set([...label, text.trim()])] })}
        >
          <span className="truncate">
            Only the label <span className="font-mono">{text.trim()}</span>
          </span>
        </Button>
      )}
      {label.map((one) => (
        <Button
          key={one}
          size="small"
          className="max-w-80 font-mono"
          onClick={() => onChange({ label: several(label.filter((other) => other !== one)) })}
          title={`Take ${one} away`}
        >
          <span className="truncate">{one}</span> <X aria-hidden />
        </Button>
      ))}
      {cel && (
        <Button size="small" className="max-w-96 font-mono" onClick={() => onChange({ cel: undefined })}>
          <span className="truncate">{cel}</span> <X aria-hidden />
        </Button>
      )}
      {entity && (
        <Button size="small" onClick={() => onChange({ entity: undefined })}>
          {entityName(entity)} <X aria-hidden />
        </Button>
      )}
      {isOne && (
        <Button size="small" onClick={() => onChange({ incident: undefined })}>
          One incident <X aria-hidden />
        </Button>
      )}
      <Button size="small" look="quiet" onClick={() => onReplace({})}>
        <X aria-hidden /> Clear all
      </Button>
    </>
  )
}

function Toggle(props: { pressed: boolean; onPress: (pressed: boolean) => void; children: React.ReactNode }) {
  const { pressed, onPress, children } = props
  return (
    <button
      type="button"
      aria-pressed={pressed}
      onClick={() => onPress(!pressed)}
      className={`inline-flex h-7 items-center gap-1.5 rounded-full border px-2.5 text-xs hover:bg-sunken ${
        pressed ? 'border-accent bg-accent-soft text-accent' : 'text-ink-soft'
      }`}
    >
      {children}
    </button>
  )
}
