import { useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useIncidents } from '../incident/use-incidents.ts'
import type { PaletteItem } from './palette-item.ts'
import { allPlaces } from './place.ts'
import { setTheme, themes } from './theme.ts'

/** Pages, the latest twenty incidents (asked for only while the palette is open), and actions. */
export function usePaletteItems(open: boolean, onHelp: () => void): PaletteItem[] {
  const navigate = useNavigate()
  const incidents = useIncidents({ limit: 20 }, open).data?.incidents
  return useMemo(
    () => [
      ...allPlaces.map<PaletteItem>((place) => ({
        id: place.to,
        group: 'Pages',
        label: place.label,
        hint: `g ${place.key}`,
        run: () => void navigate({ to: place.to }),
      })),
      ...(incidents ?? []).map<PaletteItem>((incident) => ({
        id: incident.id,
        group: 'Recent incidents',
        label: `INC-${incident.number} ${incident.title}`,
        hint: `${incident.severity.toLowerCase()}, ${incident.status.toLowerCase()}`,
        run: () => void navigate({ to: '/incidents/$id', params: { id: String(incident.number) } }),
      })),
      ...themes.map<PaletteItem>((theme) => ({
        id: `theme-${theme}`,
        group: 'Actions',
        label: `Theme: ${theme}`,
        run: () => setTheme(theme),
      })),
      { id: 'help', group: 'Actions', label: 'Keyboard shortcuts', hint: '?', run: onHelp },
    ],
    [incidents, navigate, onHelp],
  )
}
