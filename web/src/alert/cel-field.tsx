import { Braces } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { TextArea } from '../ui/field.tsx'
import { FormRow } from '../ui/form-row.tsx'
import { Popover } from '../ui/popover.tsx'

type CelFieldProps = { cel: string | undefined; onChange: (cel: string | undefined) => void }

/** What no menu can say, as an expression; asked for when it is finished. */
export function CelField({ cel, onChange }: CelFieldProps) {
  return (
    <Popover
      label="CEL expression"
      align="start"
      trigger={
        <Button className={cel ? 'border-accent text-accent' : ''}>
          <Braces aria-hidden /> CEL
        </Button>
      }
    >
      <Editor key={cel ?? ''} {...{ cel, onChange }} />
    </Popover>
  )
}

function Editor({ cel = '', onChange }: CelFieldProps) {
  const [text, setText] = useState(cel)
  return (
    <form
      className="space-y-2"
      onSubmit={(event) => {
        event.preventDefault()
        onChange(text.trim() || undefined)
      }}
    >
      <FormRow
        name="Alerts for which this is true"
        hint="name, severity, status, source, service, entity, message, labels, annotations, silenced, starts_at, received_at, ends_at"
      >
        {(id) => (
          <TextArea
            {...{ id }}
            className="font-mono text-xs"
            spellCheck={false}
            maxLength={2_048}
            placeholder={'labels.region == "eu" && name.startsWith("Disk")'}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </FormRow>
      <div className="flex justify-end gap-2">
        {cel !== '' && <Button onClick={() => onChange(undefined)}>Clear</Button>}
        <Button type="submit" look="strong">
          Search
        </Button>
      </div>
    </form>
  )
}
