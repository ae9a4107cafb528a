import { getRouteApi, Link } from '@tanstack/react-router'
import { Users, Wrench } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'
import { PageTitle } from '../shell/page-title.tsx'
import { buttonStyle } from '../ui/button.tsx'
import { className } from '../ui/class-name.ts'
import { Empty } from '../ui/empty.tsx'
import { Failure } from '../ui/failure.tsx'
import { Panel } from '../ui/panel.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { counted } from '../ui/words.ts'
import { CallForm } from './call-form.tsx'
import type { CallRecord } from './call-history.ts'
import { CallResult } from './call-result.tsx'
import { HistoryPanel } from './history-panel.tsx'
import type { McpTool } from './mcp-message.ts'
import { fieldsOf, valuesOf } from './schema-form.ts'
import { ToolList, titleOf } from './tool-list.tsx'
import { useToolCall } from './use-tool-call.ts'
import { useMcpTools } from './use-tools.ts'

const route = getRouteApi('/tools')

/** The tools that answers are made from, each to be run by hand over MCP, as any assistant would. */
export function ToolPage() {
  const { tool: name, text = '' } = route.useSearch()
  const navigate = route.useNavigate()
  const { data: tools, error, refetch } = useMcpTools()
  /** The call whose arguments the form begins with. */
  const [opened, setOpened] = useState<CallRecord>()
  const tool = tools?.find((one) => one.name === name)
  const shown = tools?.filter((one) =>
    `${one.name} ${titleOf(one)} ${one.description}`.toLowerCase().includes(text.toLowerCase()),
  )
  const runner = useRef<HTMLDivElement>(null)
  const choose = (next: string): void => {
    void navigate({ search: (old) => ({ ...old, tool: next }), resetScroll: false })
    // Below the list, where there is no room beside it.
    if (!matchMedia('(min-width: 64rem)').matches) runner.current?.scrollIntoView()
  }
  return (
    <>
      <PageTitle title="Tools">
        <Link to="/personas" className={buttonStyle()}>
          <Users aria-hidden /> Personas
        </Link>
        <p className="basis-full text-ink-mute">
          What answers are made from. Each run is a call of the Model Context Protocol to{' '}
          <code className="font-mono text-xs">{location.origin}/mcp</code>, with your rights.
        </p>
      </PageTitle>
      {error && <Failure error={error} onRetry={() => void refetch()} className="mb-4" />}
      <div
        className={className(
          'grid items-start gap-4 lg:grid-cols-[18rem_minmax(0,1fr)]',
          error && !tools && 'hidden',
        )}
      >
        <Panel title="Tools" note={tools && counted(tools.length, 'tool')} bodyClassName="p-0">
          <div className="border-b p-2">
            <SearchField
              label="Search tools"
              value={text}
              onChange={(next) =>
                void navigate({
                  search: (old) => ({
                    ...(old.tool ? { tool: old.tool } : {}),
                    ...(next ? { text: next } : {}),
                  }),
                  replace: true,
                  resetScroll: false,
                })
              }
            />
          </div>
          {!tools && (
            <div className="p-3">
              <SkeletonRows rows={10} />
            </div>
          )}
          {shown && <ToolList tools={shown} chosen={name} onChoose={choose} />}
        </Panel>
        <div ref={runner} className="min-w-0 scroll-mt-14 space-y-4">
          {tool ? (
            <ToolRunner
              key={tool.name}
              tool={tool}
              opened={opened?.tool === tool.name ? opened : undefined}
            />
          ) : (
            <Panel title="Run a tool">
              <Empty icon={Wrench} title={name && tools ? `There is no tool ${name}` : 'Choose a tool'}>
                {name && tools
                  ? 'It may need a right that you do not have.'
                  : 'Its form and its results are shown here.'}
              </Empty>
            </Panel>
          )}
          <HistoryPanel
            onOpen={(call) => {
              setOpened(call)
              choose(call.tool)
              runner.current?.scrollIntoView()
            }}
          />
        </div>
      </div>
    </>
  )
}

function ToolRunner({ tool, opened }: { tool: McpTool; opened: CallRecord | undefined }) {
  const fields = useMemo(() => fieldsOf(tool.inputSchema), [tool])
  const call = useToolCall(tool.name)
  const shown = call.shown && (!opened || call.shown.at > opened.at) ? call.shown : opened
  return (
    <>
      <Panel title={titleOf(tool)} note={<span className="font-mono">{tool.name}</span>}>
        <CallForm
          key={opened?.id ?? 'new'}
          {...{ tool, fields }}
          first={opened ? valuesOf(fields, opened.args) : {}}
          running={call.running !== undefined}
          onRun={(args) => void call.run(args)}
          onStop={call.stop}
        />
      </Panel>
      {shown && !call.running && <CallResult key={shown.id} call={shown} />}
    </>
  )
}
