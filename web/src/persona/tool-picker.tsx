import { useState } from 'react'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { useTools } from './use-personas.ts'

type ToolPickerProps = { chosen: readonly string[]; onChange: (names: string[]) => void }

/** The tools that a persona may use, each with what it answers. */
export function ToolPicker({ chosen, onChange }: ToolPickerProps) {
  const query = useTools()
  const [text, setText] = useState('')
  return (
    <Loaded query={query}>
      {({ tools }) => {
        const shown = tools.filter((tool) =>
          `${tool.name} ${tool.title} ${tool.description}`.toLowerCase().includes(text.toLowerCase()),
        )
        const gone = chosen.filter((name) => !tools.some((tool) => tool.name === name))
        const toggle = (name: string): void =>
          onChange(chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name])
        return (
          <div className="space-y-2">
            <div className="flex flex-wrap items-center gap-2">
              <SearchField label="Search tools" value={text} onChange={setText} className="w-56" />
              <Button
                size="small"
                onClick={() => onChange([...new Set([...chosen, ...shown.map((t) => t.name)])])}
              >
                Choose {text === '' ? 'all' : 'these'}
              </Button>
              <Button size="small" onClick={() => onChange([])} disabled={chosen.length === 0}>
                None
              </Button>
              <span className="text-ink-mute text-xs" aria-live="polite">
                {chosen.length} of {tools.length} chosen
              </span>
            </div>
            <ul className="max-h-80 divide-y overflow-y-auto rounded-md border">
              {shown.map((tool) => (
                <li key={tool.name}>
                  <label className="flex cursor-pointer items-start gap-2.5 px-3 py-2 hover:bg-sunken">
                    <input
                      type="checkbox"
                      checked={chosen.includes(tool.name)}
                      onChange={() => toggle(tool.name)}
                      className="mt-1 accent-(--accent)"
                    />
                    <span className="min-w-0">
                      <span className="font-medium">{tool.title}</span>{' '}
                      {tool.effect === 'PROPOSE' && <Badge tone="medium">Proposes</Badge>}
                      <span className="block break-words text-ink-soft text-xs">{tool.description}</span>
                    </span>
                  </label>
                </li>
              ))}
              {shown.length === 0 && <li className="px-3 py-2 text-ink-mute">No tool has these words.</li>}
            </ul>
            {gone.length > 0 && (
              <p className="text-ink-mute text-xs">
                Chosen, and not here now: {gone.join(', ')}.{' '}
                <button
                  type="button"
                  className="text-accent hover:underline"
                  onClick={() => onChange(chosen.filter((name) => !gone.includes(name)))}
                >
                  Take them out
                </button>
              </p>
            )}
          </div>
        )
      }}
    </Loaded>
  )
}
