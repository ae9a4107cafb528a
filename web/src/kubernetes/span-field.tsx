import { SelectField } from '../ui/field.tsx'
import { type Span, spans } from './tab-search.ts'

const words: Record<Span, string> = { '15m': 'Last 15 minutes', '30m': 'Last 30 minutes', '1h': 'Last hour' }

type SpanFieldProps = { value: Span | undefined; onChange: (span: Span | undefined) => void }

export const SpanField = ({ value, onChange }: SpanFieldProps) => (
  <SelectField
    aria-label="Time range"
    value={value ?? ''}
    onChange={(event) => onChange(spans.find((one) => one === event.target.value))}
  >
    {spans.map((one) => (
      <option key={one} value={one}>
        {words[one]}
      </option>
    ))}
    <option value="">Last two hours</option>
  </SelectField>
)
