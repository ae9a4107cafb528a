import { formatCount } from '../ui/format.ts'
import { QueryPanel } from '../ui/query-panel.tsx'
import { usePipeline } from './use-settings.ts'

export function PipelinePanel() {
  const query = usePipeline()
  return (
    <QueryPanel title="Pipeline" note="events handled since the start" query={query} rows={6}>
      {({ stages }) => (
        <section
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by the keyboard
          tabIndex={0}
          aria-label="Stages of the pipeline"
          className="relative overflow-x-auto"
        >
          <table className="w-full min-w-[52rem]">
            <thead className="text-ink-mute text-xs">
              <tr>
                {['Stage', 'Takes', 'Gives', 'In order per', 'Role'].map((name) => (
                  <th key={name} scope="col" className="px-4 py-2 text-left font-normal">
                    {name}
                  </th>
                ))}
                <th scope="col" className="px-4 py-2 text-right font-normal">
                  Handled
                </th>
                <th scope="col" className="px-4 py-2 text-right font-normal">
                  Failed
                </th>
              </tr>
            </thead>
            <tbody>
              {stages.map((stage) => (
                <tr key={stage.stage} className="border-t align-top">
                  <th scope="row" className="px-4 py-1.5 text-left font-medium">
                    {stage.stage}
                  </th>
                  <Channels names={stage.takes} />
                  <Channels names={stage.gives} />
                  <td className="px-4 py-1.5 text-ink-soft">{stage.key}</td>
                  <td className="px-4 py-1.5 text-ink-soft">{stage.role}</td>
                  <td className="px-4 py-1.5 text-right">{formatCount(stage.handled)}</td>
                  <td
                    className={`px-4 py-1.5 text-right ${stage.failed > 0 ? 'font-semibold text-critical' : ''}`}
                  >
                    {formatCount(stage.failed)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </QueryPanel>
  )
}

function Channels({ names }: { names: readonly string[] }) {
  return (
    <td className="px-4 py-1.5">
      <span className="flex flex-wrap gap-1">
        {names.map((name) => (
          <code key={name} className="rounded bg-sunken px-1.5 font-mono text-ink-soft text-xs leading-5">
            {name}
          </code>
        ))}
      </span>
    </td>
  )
}
