import type { DetectionSettings, DetectionSettingsInput } from '@aiops/contract/model/detection'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { TextArea } from '../ui/field.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/panel.tsx'
import { ProblemText } from '../ui/problem-text.tsx'
import { refusedFor } from '../ui/refused-for.ts'
import { ReplayResult } from './replay-result.tsx'
import { RuleList } from './rule-list.tsx'
import { readSettingText, settingText } from './setting-draft.ts'
import { useSettingActions, useSettings } from './use-detection.ts'

/** How series are judged: what is in force, and changing it after having seen what that would have done. */
export function SettingTab() {
  const query = useSettings()
  return (
    <Loaded query={query} inset={false}>
      {(settings) => (
        <div className="space-y-4">
          <SettingEditor key={settings.revision} settings={settings} />
          <RuleList settings={settings} />
        </div>
      )}
    </Loaded>
  )
}

function SettingEditor({ settings }: { settings: DetectionSettings }) {
  const [text, setText] = useState(() => settingText(settings))
  const [problem, setProblem] = useState<string>()
  const { save, replay } = useSettingActions()
  const isChanged = text !== settingText(settings)
  const withSettings = (then: (settings: DetectionSettingsInput) => void) => (): void => {
    const read = readSettingText(text)
    setProblem('problem' in read ? read.problem : undefined)
    if ('settings' in read) then(read.settings)
  }
  const error = save.error ?? replay.error
  return (
    <Panel
      title="Defaults and rules"
      note={
        settings.updated_at ? (
          <>
            revision {settings.revision}, by {settings.updated_by},{' '}
            <Moment at={settings.updated_at} form="ago" />
          </>
        ) : (
          'as shipped'
        )
      }
    >
      <div className="space-y-3">
        <p className="text-ink-soft">
          The first rule that fits a series and names a parameter decides it. A change applies at once and
          forgets nothing that was learned.
        </p>
        <TextArea
          aria-label="Defaults and rules as JSON"
          className="h-80 font-mono text-xs"
          spellCheck={false}
          value={text}
          onChange={(event) => {
            setText(event.target.value)
            setProblem(undefined)
            replay.reset()
          }}
        />
        <ProblemText text={problem} />
        {error && <Failure error={error} advice={refusedFor(error, 'detection:write')} />}
        {replay.data && <ReplayResult replay={replay.data} />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button look="quiet" disabled={!isChanged} onClick={() => setText(settingText(settings))}>
            Undo
          </Button>
          <Button disabled={replay.isPending} onClick={withSettings((changed) => replay.mutate(changed))}>
            {replay.isPending ? 'Replaying the last day…' : 'Try on the last day'}
          </Button>
          <Button
            look="strong"
            disabled={!isChanged || save.isPending}
            onClick={withSettings((changed) => save.mutate({ ...changed, revision: settings.revision }))}
          >
            Apply
          </Button>
        </div>
      </div>
    </Panel>
  )
}
