import { className } from '../ui/class-name.ts'
import type { McpTool } from './mcp-message.ts'

export const titleOf = (tool: McpTool): string => tool.title ?? tool.annotations.title ?? tool.name
export const proposes = (tool: McpTool): boolean => tool.annotations.readOnlyHint === false

type ToolListProps = {
  tools: readonly McpTool[]
  chosen: string | undefined
  onChoose: (name: string) => void
}

export function ToolList({ tools, chosen, onChoose }: ToolListProps) {
  return (
    <ul className="max-h-[min(40rem,calc(100dvh-14rem))] overflow-y-auto p-1 max-lg:max-h-60">
      {tools.map((tool) => (
        <li key={tool.name}>
          <button
            type="button"
            aria-current={tool.name === chosen ? 'true' : undefined}
            onClick={() => onChoose(tool.name)}
            title={tool.description}
            className={className(
              'w-full rounded-md px-3 py-1.5 text-left hover:bg-sunken',
              tool.name === chosen && 'bg-accent-soft text-accent',
            )}
          >
            <span className="block truncate font-medium">{titleOf(tool)}</span>
            <span className="block truncate font-mono text-ink-mute text-xs">{tool.name}</span>
          </button>
        </li>
      ))}
      {tools.length === 0 && <li className="px-3 py-2 text-ink-mute">No tool has these words.</li>}
    </ul>
  )
}
