import { entityKind, entityName } from '@aiops/contract/model/entity'
import { useNavigate } from '@tanstack/react-router'
import { useDeferredValue, useMemo } from 'react'
import { useIncidents } from '../incident/use-incidents.ts'
import { useTopology } from '../topology/use-topology.ts'
import { incidentNumber, type PaletteItem } from './palette-item.ts'
import { allPlaces } from './place.ts'
import { setTheme, themes } from './theme.ts'

const actions = [
  { to: '/clusters/new', label: 'Add a cluster' },
  { to: '/slos/new', label: 'New objective' },
  { to: '/reports/new', label: 'New report' },
  { to: '/knowledge/new', label: 'New document' },
] as const

/** Pages, the latest twenty incidents or those that fit what is typed, entities of the topology, and actions. */
export function usePaletteItems(typed: string, onHelp: () => void): PaletteItem[] {
  const navigate = useNavigate()
  const text = useDeferredValue(typed.trim())
  const number = incidentNumber(text)
  const searched = text.length >= 3 && number === undefined
  const incidents = useIncidents({ limit: 20, ...(searched && { text }) }).data?.incidents
  const entities = useTopology().data?.entities
  return useMemo(() => {
    const known = incidents ?? []
    return [
      ...allPlaces.map<PaletteItem>((place) => ({
        id: place.to,
        group: 'Pages',
        label: place.label,
        hint: `g ${place.key}`,
        run: () => void navigate({ to: place.to }),
      })),
      ...known.map<PaletteItem>((incident) => ({
        id: incident.id,
        group: 'Incidents',
        label: `INC-${incident.number} ${incident.title}`,
        hint: `${incident.severity.toLowerCase()}, ${incident.status.toLowerCase()}`,
        run: () => void navigate({ to: '/incidents/$id', params: { id: String(incident.number) } }),
      })),
      ...(number === undefined || known.some((one) => String(one.number) === number)
        ? []
        : [
            {
              ...{ id: `INC-${number}`, group: 'Incidents' as const, label: `INC-${number}` },
              ...{
                hint: 'open it',
                run: () => void navigate({ to: '/incidents/$id', params: { id: number } }),
              },
            },
          ]),
      ...(entities ?? []).map<PaletteItem>(({ id }) => ({
        ...{ id, group: 'Entities', label: entityName(id), hint: entityKind(id), typedOnly: true },
        run: () => void navigate({ to: '/topology', search: { entity: id } }),
      })),
      ...actions.map<PaletteItem>(({ to, label }) => ({
        ...{ id: to, group: 'Actions', label },
        run: () => void navigate({ to }),
      })),
      ...themes.map<PaletteItem>((theme) => ({
        ...{ id: `theme-${theme}`, group: 'Actions', label: `Theme: ${theme}` },
        run: () => setTheme(theme),
      })),
      { id: 'help', group: 'Actions', label: 'Keyboard shortcuts', hint: '?', run: onHelp },
    ]
  }, [incidents, entities, number, navigate, onHelp])
}
