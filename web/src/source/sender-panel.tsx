import type { Sender } from '@aiops/contract/model/sender'
import { formatCount, formatNumber, missing } from '../ui/format.ts'
import { Moment } from '../ui/moment.tsx'
import { QueryPanel } from '../ui/query-panel.tsx'
import { SendHelp } from '../ui/send-help.tsx'
import { TableHead } from '../ui/table-head.tsx'
import { useSenders } from './use-source.ts'

const signals = ['samples', 'logs', 'spans', 'alerts'] as const

const heading = (name: string): string => `${name[0]?.toUpperCase()}${name.slice(1)}/s`

/** What arrives by each protocol, how fast, and what was refused. */
export function SenderPanel() {
  const query = useSenders()
  return (
    <QueryPanel title="Senders" note="since the program started" query={query}>
      {({ senders }) => (
        <>
          {senders.length > 0 && (
            <section
              // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by the keyboard
              tabIndex={0}
              aria-label="Table of senders"
              className="overflow-x-auto"
            >
              <table className="w-full min-w-[44rem]">
                <thead className="text-ink-mute text-xs">
                  <tr>
                    <TableHead className="pl-4">Protocol</TableHead>
                    {signals.map((name) => (
                      <TableHead key={name} className="w-36 text-right">
                        {heading(name)}
                      </TableHead>
                    ))}
                    <TableHead className="w-32 text-right">Last</TableHead>
                    <TableHead className="w-72 pl-4">Refused</TableHead>
                  </tr>
                </thead>
                <tbody className="divide-y border-t">
                  {senders.map((sender) => (
                    <SenderRow key={sender.protocol} sender={sender} />
                  ))}
                </tbody>
              </table>
            </section>
          )}
          {senders.every((sender) => sender.protocol === 'host') && (
            <div className="border-t p-4">
              <p className="mb-3 text-ink-soft">Nothing but this machine sends yet.</p>
              <SendHelp />
            </div>
          )}
        </>
      )}
    </QueryPanel>
  )
}

function SenderRow({ sender }: { sender: Sender }) {
  const refused = sender.refused.reduce((total, { count }) => total + count, 0)
  return (
    <tr className="align-top">
      <th scope="row" className="py-2 pr-4 pl-4 text-left font-medium">
        {sender.protocol}
      </th>
      {signals.map((name) => (
        <td key={name} className="py-2 pr-4 text-right tabular-nums">
          {sender.taken[name] === 0 ? (
            <span className="text-ink-mute">{missing}</span>
          ) : (
            <span title={`${formatCount(sender.taken[name])} in all`}>
              {formatNumber(sender.per_second[name])}
            </span>
          )}
        </td>
      ))}
      <td className="py-2 pr-4 text-right text-ink-soft">
        <Moment at={sender.last_received_at} form="ago" />
      </td>
      <td className="py-2 pr-4 pl-4">
        {refused === 0 ? <span className="text-ink-mute">nothing</span> : <Refusals sender={sender} />}
      </td>
    </tr>
  )
}

function Refusals({ sender: { refused, last_refusal: last } }: { sender: Sender }) {
  return (
    <>
      <p>
        {refused.map(({ code, count }) => (
          <span key={code} className="mr-3 whitespace-nowrap">
            {formatCount(count)} <span className="font-mono text-xs">{code}</span>
          </span>
        ))}
      </p>
      {last && (
        <p className="break-words text-ink-mute text-xs">
          <Moment at={last.at} form="ago" />: {last.message}
        </p>
      )}
    </>
  )
}
