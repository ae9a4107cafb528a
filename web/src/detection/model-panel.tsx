import type { DetectionModel, ModelVersion, ModelVersionState } from '@aiops/contract/model/detection-model'
import { Badge, type Tone } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { formatPercent } from '../ui/format.ts'
import { Loaded } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/panel.tsx'
import { refusedFor } from '../ui/refused-for.ts'
import { sentenceCase } from '../ui/words.ts'
import { useModelActions, useModels, useVersions } from './use-detection.ts'

const tones: Record<ModelVersionState, Tone> = {
  TRAINING: 'info',
  CANDIDATE: 'info',
  SHADOW: 'info',
  CANARY: 'medium',
  CHAMPION: 'ok',
  RETIRED: 'outline',
  ROLLED_BACK: 'high',
}

/** Models and their versions: which is in force, which is on its way, and why. */
export function ModelPanel() {
  const query = useModels()
  return (
    <Loaded query={query} inset={false}>
      {({ models }) =>
        models.length === 0 ? (
          <Panel title="Models">
            <p className="text-ink-mute">There is none yet; the first is trained from labels.</p>
          </Panel>
        ) : (
          <div className="space-y-4">
            {models.map((model) => (
              <OneModel key={model.id} model={model} />
            ))}
          </div>
        )
      }
    </Loaded>
  )
}

function OneModel({ model }: { model: DetectionModel }) {
  const query = useVersions(model.id)
  const { train, rollback, promote } = useModelActions()
  const error = train.error ?? rollback.error ?? promote.error
  const isBusy = train.isPending || rollback.isPending || promote.isPending
  return (
    <Panel
      title={`Model: ${sentenceCase(model.kind).toLowerCase()}`}
      note={model.sentence}
      actions={
        <>
          <Button size="small" disabled={isBusy} onClick={() => train.mutate(model.id)}>
            Train now
          </Button>
          {(model.champion !== null || model.candidate !== null) && (
            <Button size="small" look="danger" disabled={isBusy} onClick={() => rollback.mutate(model.id)}>
              {model.candidate === null ? 'Go back a version' : 'Take the candidate back'}
            </Button>
          )}
        </>
      }
      bodyClassName="p-0"
    >
      {error && <Failure error={error} advice={refusedFor(error, 'detection:write')} className="m-3" />}
      {model.drift && <p className="border-b px-4 py-2 text-ink-soft">{model.drift.sentence}</p>}
      <Loaded query={query}>
        {({ versions }) => (
          <ul>
            {versions.map((version) => (
              <VersionItem
                key={version.number}
                {...{ version }}
                onPromote={
                  ['CANDIDATE', 'SHADOW', 'CANARY'].includes(version.state)
                    ? () => promote.mutate({ id: model.id, number: version.number })
                    : undefined
                }
              />
            ))}
          </ul>
        )}
      </Loaded>
    </Panel>
  )
}

function VersionItem({ version, onPromote }: { version: ModelVersion; onPromote: (() => void) | undefined }) {
  const { number, state, percent, training, validation, reason } = version
  return (
    <li className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5 border-t px-4 py-2 first:border-t-0">
      <Badge tone={tones[state]}>{sentenceCase(state)}</Badge>
      <span className="font-medium">Version {number}</span>
      {state === 'CANARY' && <span>{percent} % of the series</span>}
      <span className="text-ink-soft" title={`sha256 ${version.sha256}`}>
        {training.labels} labels of {training.users}
        {validation?.after.precision != null &&
          `, right in ${formatPercent(validation.after.precision)} (${formatPercent(validation.before.precision)} without)`}
      </span>
      <span className="ml-auto text-ink-mute text-xs">
        {version.trigger}, <Moment at={version.created_at} form="ago" />
      </span>
      {onPromote && (
        <Button size="small" onClick={onPromote}>
          Put in force
        </Button>
      )}
      <p className="basis-full break-words text-ink-mute text-xs">{reason}</p>
    </li>
  )
}
