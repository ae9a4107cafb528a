import { Play, Square } from 'lucide-react'
import { useState } from 'react'
import { Folded } from '../answer/checked-section.tsx'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { ArgumentField } from './argument-field.tsx'
import type { McpTool } from './mcp-message.ts'
import { argumentsOf, type FormField, type FormValues } from './schema-form.ts'
import { proposes } from './tool-list.tsx'

type CallFormProps = {
  tool: McpTool
  fields: readonly FormField[]
  /** What it begins with: empty, or as an earlier call had it. */
  first: FormValues
  running: boolean
  onRun: (args: Record<string, unknown>) => void
  onStop: () => void
}

/** The arguments of a tool, and its run. */
export function CallForm({ tool, fields, first, running, onRun, onStop }: CallFormProps) {
  const [values, setValues] = useState(first)
  const [tried, setTried] = useState(false)
  const { args, problems } = argumentsOf(fields, values)
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        setTried(true)
        if (problems.size === 0 && !running) onRun(args)
      }}
    >
      <p className="max-w-prose break-words text-ink-soft">{tool.description}</p>
      <div className="flex flex-wrap gap-2">
        {proposes(tool) ? (
          <Badge tone="medium">Makes something: it is done with your rights when you run it</Badge>
        ) : (
          <Badge tone="ok">Reads only</Badge>
        )}
        {tool.annotations.openWorldHint && <Badge tone="high">From another server</Badge>}
      </div>
      {fields.length === 0 && <p className="text-ink-mute">It takes no arguments.</p>}
      <div className="grid gap-x-5 gap-y-3 sm:grid-cols-2">
        {fields.map((field) => (
          <div key={field.name} className={field.kind === 'LONG_TEXT' ? 'sm:col-span-2' : ''}>
            <ArgumentField
              field={field}
              value={values[field.name]}
              onChange={(value) => setValues((old) => ({ ...old, [field.name]: value }))}
              problem={tried ? problems.get(field.name) : undefined}
            />
          </div>
        ))}
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" look="strong" disabled={running}>
          <Play aria-hidden /> {running ? 'Running…' : 'Run'}
        </Button>
        {running && (
          <Button onClick={onStop}>
            <Square aria-hidden /> Stop
          </Button>
        )}
        <Button look="quiet" onClick={() => setValues({})} disabled={running}>
          Empty the form
        </Button>
      </div>
      <Folded summary="Schema of the arguments">
        <pre className="max-h-80 overflow-auto rounded-md bg-sunken p-3 font-mono text-xs">
          {JSON.stringify(tool.inputSchema, null, 2)}
        </pre>
      </Folded>
    </form>
  )
}
