import { X } from 'lucide-react'
import { Button } from '../ui/button.tsx'
import { SelectField } from '../ui/field.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { counted } from '../ui/words.ts'
import type { ReportSearch } from './report-search.ts'
import { reportTypes } from './report-word.ts'

type ReportFilterProps = {
  search: ReportSearch
  onChange: (part: Partial<Record<keyof ReportSearch, unknown>>, replace?: boolean) => void
  total: number | undefined
}

export function ReportFilter({ search, onChange, total }: ReportFilterProps) {
  return (
    <div className="flex flex-wrap items-center gap-2 border-b p-3">
      <SearchField
        label="Search titles"
        value={search.text ?? ''}
        onChange={(text) => onChange({ text: text || undefined }, true)}
        className="w-full sm:w-64"
      />
      <SelectField
        aria-label="Type"
        value={search.type ?? ''}
        onChange={(event) => onChange({ type: event.target.value || undefined })}
      >
        <option value="">Every type</option>
        {reportTypes.map(({ value, title }) => (
          <option key={value} value={value}>
            {title}
          </option>
        ))}
      </SelectField>
      {(search.type || search.text) && (
        <Button look="quiet" onClick={() => onChange({ type: undefined, text: undefined })}>
          <X aria-hidden />
          Clear
        </Button>
      )}
      <p className="ml-auto text-ink-mute text-xs" aria-live="polite">
        {total !== undefined && counted(total, 'report')}
      </p>
    </div>
  )
}
