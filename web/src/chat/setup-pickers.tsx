import { useClusterNames } from '../cluster/use-cluster-names.ts'
import { usePersonas } from '../persona/use-personas.ts'
import { FacetMenu } from '../ui/facet-menu.tsx'
import { SelectField } from '../ui/field.tsx'
import { useModels } from './use-chat.ts'
import type { SessionSetup } from './use-say.ts'

type SetupPickersProps = {
  setup: SessionSetup
  onChange: (part: Partial<SessionSetup>) => void
  disabled?: boolean
}

/** Who answers, about which clusters, and with which language model; from the next message on. */
export function SetupPickers({ setup, onChange, disabled = false }: SetupPickersProps) {
  const personas = usePersonas().data?.personas ?? []
  const models = useModels()
  const clusters = useClusterNames()
  const personaId = setup.persona_id ?? 'default'
  const chosen = setup.cluster_context ?? []
  return (
    <fieldset
      disabled={disabled}
      className="flex min-w-0 items-center gap-2 overflow-x-auto p-0.5 [scrollbar-width:none]"
    >
      <legend className="sr-only">Who answers, and about what</legend>
      {personas.length > 0 && (
        <SelectField
          aria-label="Persona"
          title={personas.find(({ id }) => id === personaId)?.description}
          value={personaId}
          onChange={(event) => onChange({ persona_id: event.target.value })}
          className="max-w-44 shrink-0"
        >
          {!personas.some(({ id }) => id === personaId) && <option value={personaId}>{personaId}</option>}
          {personas.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
      )}
      {(clusters.size > 1 || chosen.length > 0) && (
        <FacetMenu
          label={chosen.length === 0 ? 'All clusters' : 'Clusters'}
          options={[...clusters].map(([value, word]) => ({ value, word }))}
          chosen={chosen}
          onChange={(ids) => onChange({ cluster_context: ids })}
        />
      )}
      {models.length > 0 && (
        <SelectField
          aria-label="Language model"
          value={setup.model ?? ''}
          onChange={(event) => onChange({ model: event.target.value === '' ? null : event.target.value })}
          className="max-w-52 shrink-0"
        >
          <option value="">Automatic model</option>
          {models.map(({ name, model, state }) => (
            <option key={name} value={name} disabled={state === 'EXCLUDED'}>
              {name} / {model}
              {state === 'EXCLUDED' ? ' (policy forbids it)' : ''}
            </option>
          ))}
          <option value="deterministic">No model: by rule</option>
        </SelectField>
      )}
    </fieldset>
  )
}
