import { CheckMark } from '../ui/check-mark.tsx'
import { FacetMenu } from '../ui/facet-menu.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { counted } from '../ui/words.ts'
import type { CostPartProps } from './cost-search.ts'
import type { ReadingRow } from './reading-row.ts'

type ReadingFilterProps = CostPartProps & { rows: readonly ReadingRow[]; shown: number }

export function ReadingFilter({ search, onChange, rows, shown }: ReadingFilterProps) {
  const counts = new Map<string, number>()
  for (const { provider } of rows) counts.set(provider, (counts.get(provider) ?? 0) + 1)
  const stale = rows.filter((row) => row.stale).length
  return (
    <div className="flex flex-wrap items-center gap-2 border-b p-3">
      <SearchField
        label="Search service, region, source"
        value={search.text ?? ''}
        onChange={(text) => onChange({ text: text || undefined }, true)}
        className="w-full sm:w-64"
      />
      <FacetMenu
        label="Provider"
        options={[...counts].sort().map(([value, count]) => ({ value, word: value, count }))}
        chosen={search.provider ?? []}
        onChange={(provider) => onChange({ provider: provider.length > 0 ? provider : undefined })}
      />
      {/* biome-ignore lint/a11y/noLabelWithoutControl: the control is a button of Radix */}
      <label className="flex items-center gap-2">
        <CheckMark
          checked={search.stale ?? false}
          onChange={(next) => onChange({ stale: next ? true : undefined })}
        />
        Only stale <span className="text-ink-mute">{stale}</span>
      </label>
      <p className="ml-auto text-ink-mute text-xs" aria-live="polite">
        {shown === rows.length ? counted(shown, 'reading') : `${shown} of ${counted(rows.length, 'reading')}`}
      </p>
    </div>
  )
}
