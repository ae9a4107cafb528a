import { SelectField, TextArea, TextField } from '../ui/field.tsx'
import { FormRow } from '../ui/form-row.tsx'
import { ChoiceList } from './choice-list.tsx'
import { environments, environmentWords, typeLooks, types } from './cluster-look.ts'
import type { IdentityDraft } from './draft.ts'

type IdentityFieldsProps = { draft: IdentityDraft; onChange: (part: Partial<IdentityDraft>) => void }

/** What the cluster is called and what it is. */
export function IdentityFields({ draft, onChange }: IdentityFieldsProps) {
  return (
    <div className="space-y-4">
      <div className="grid gap-3 sm:grid-cols-2">
        <FormRow name="Name" hint="3 to 63 lower-case letters, digits and dashes; one of its kind.">
          {(id) => (
            <TextField
              id={id}
              className="w-full"
              placeholder="edge-paris-7"
              value={draft.name}
              maxLength={63}
              onChange={(event) => onChange({ name: event.target.value })}
            />
          )}
        </FormRow>
        <FormRow name="Display name" hint="Optional; shown in place of the name.">
          {(id) => (
            <TextField
              id={id}
              className="w-full"
              value={draft.displayName}
              maxLength={128}
              onChange={(event) => onChange({ displayName: event.target.value })}
            />
          )}
        </FormRow>
      </div>
      <ChoiceList
        label="Type"
        value={draft.type}
        onChange={(type) => onChange({ type })}
        columns="sm:grid-cols-2"
        choices={types.map((type) => {
          const { word, everySeconds, waitSeconds, meaning } = typeLooks[type]
          const pace = `Checked every ${everySeconds} s, an answer may take ${waitSeconds} s.`
          return { value: type, title: word, note: `${meaning} ${pace}` }
        })}
      />
      <div className="grid gap-3 sm:grid-cols-2">
        <FormRow name="Environment">
          {(id) => (
            <SelectField
              id={id}
              className="w-full"
              value={draft.environment}
              onChange={(event) =>
                onChange({ environment: event.target.value as IdentityDraft['environment'] })
              }
            >
              {environments.map((environment) => (
                <option key={environment} value={environment}>
                  {environmentWords[environment]}
                </option>
              ))}
            </SelectField>
          )}
        </FormRow>
        <FormRow name="Region">
          {(id) => (
            <TextField
              id={id}
              className="w-full"
              placeholder="eu-west"
              value={draft.region}
              maxLength={64}
              onChange={(event) => onChange({ region: event.target.value })}
            />
          )}
        </FormRow>
      </div>
      <FormRow name="Labels" hint="key=value, one a line: to filter and group by.">
        {(id) => (
          <TextArea
            id={id}
            className="font-mono text-xs"
            spellCheck={false}
            placeholder={'team=radio\nsite=paris-7'}
            value={draft.labels}
            onChange={(event) => onChange({ labels: event.target.value })}
          />
        )}
      </FormRow>
    </div>
  )
}
