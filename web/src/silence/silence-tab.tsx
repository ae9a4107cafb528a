import type { Silence, SilenceState } from '@aiops/contract/model/silence'
import { BellOff, Plus } from 'lucide-react'
import { useState } from 'react'
import { Badge, type Tone } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Empty } from '../ui/empty.tsx'
import { Failure } from '../ui/failure.tsx'
import { Moment } from '../ui/moment.tsx'
import { QueryPanel } from '../ui/query-panel.tsx'
import { matcherText } from './matcher-text.ts'
import { SilenceForm } from './silence-form.tsx'
import { useSilenceActions, useSilences } from './use-silences.ts'

/** Silences as they were set, by hand and by maintenance windows. */
export function SilenceTab() {
  const query = useSilences()
  const [adding, setAdding] = useState(false)
  return (
    <>
      <QueryPanel
        title="Silences"
        note={query.data && `${query.data.total} in all`}
        actions={
          <Button look="strong" size="small" onClick={() => setAdding(true)}>
            <Plus aria-hidden /> New silence
          </Button>
        }
        query={query}
      >
        {({ silences }) =>
          silences.length === 0 ? (
            <Empty icon={BellOff} title="Nothing is silenced">
              <p>
                A silence keeps alerts and anomalies from opening incidents while you work on what they tell
                of. Alertmanager’s tools work too:{' '}
                <code className="font-mono text-xs">amtool silence add</code> with this address.
              </p>
            </Empty>
          ) : (
            <ul className="divide-y">
              {silences.map((silence) => (
                <SilenceRow key={silence.id} silence={silence} />
              ))}
            </ul>
          )
        }
      </QueryPanel>
      <Dialog open={adding} onOpenChange={setAdding} title="New silence">
        <SilenceForm onDone={() => setAdding(false)} />
      </Dialog>
    </>
  )
}

const looks: Record<SilenceState, { tone: Tone; word: string }> = {
  ACTIVE: { tone: 'ok', word: 'Active' },
  PENDING: { tone: 'outline', word: 'Pending' },
  EXPIRED: { tone: 'outline', word: 'Expired' },
}

function SilenceRow({ silence }: { silence: Silence }) {
  const { expire } = useSilenceActions()
  const over = silence.state === 'EXPIRED'
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-1 px-4 py-3">
      <div className="w-16">
        <Badge tone={looks[silence.state].tone}>{looks[silence.state].word}</Badge>
      </div>
      <div className="min-w-0 flex-1">
        <p className="break-all font-mono text-xs">{silence.matchers.map(matcherText).join('  ')}</p>
        <p className="break-words">{silence.comment}</p>
        <p className="text-ink-mute text-xs">
          {silence.created_by} · <Moment at={silence.starts_at} /> to <Moment at={silence.ends_at} />
        </p>
      </div>
      {!over && (
        <Button size="small" onClick={() => expire.mutate(silence.id)} disabled={expire.isPending}>
          End now
        </Button>
      )}
      {expire.error && <Failure error={expire.error} className="w-full" />}
    </li>
  )
}
