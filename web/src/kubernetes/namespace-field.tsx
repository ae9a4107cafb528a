import { useClusterOverview } from '../cluster/use-cluster.ts'
import { SelectField } from '../ui/field.tsx'

type NamespaceFieldProps = {
  clusterId: string
  value: string | undefined
  onChange: (value: string | undefined) => void
  all?: string
}

export function NamespaceField({ clusterId, value, onChange, all = 'All namespaces' }: NamespaceFieldProps) {
  const { data } = useClusterOverview(clusterId)
  const names = new Set(data?.namespace_names ?? [])
  if (value) names.add(value)
  return (
    <SelectField
      aria-label="Namespace"
      value={value ?? ''}
      onChange={(event) => onChange(event.target.value || undefined)}
      className="max-w-52"
    >
      <option value="">{all}</option>
      {[...names].sort().map((name) => (
        <option key={name}>{name}</option>
      ))}
    </SelectField>
  )
}
