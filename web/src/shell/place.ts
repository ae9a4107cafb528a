import {
  Activity,
  Boxes,
  ChartSpline,
  Gpu,
  Network,
  RadioTower,
  SearchCheck,
  Settings,
  Siren,
  Waypoints,
} from 'lucide-react'

/** The pages of the navigation, in order, with the key that follows `g`. */
export const places = [
  { to: '/', label: 'Overview', key: 'o', icon: Activity },
  { to: '/incidents', label: 'Incidents', key: 'i', icon: Siren },
  { to: '/findings', label: 'Findings', key: 'f', icon: SearchCheck },
  { to: '/clusters', label: 'Clusters', key: 'c', icon: Boxes },
  { to: '/gpu', label: 'GPU', key: 'g', icon: Gpu },
  { to: '/cnf', label: 'CNF', key: 'n', icon: RadioTower },
  { to: '/explore', label: 'Explore', key: 'e', icon: ChartSpline },
  { to: '/topology', label: 'Topology', key: 't', icon: Network },
  { to: '/sources', label: 'Sources', key: 'd', icon: Waypoints },
  { to: '/settings', label: 'Settings', key: 's', icon: Settings },
] as const

export type Place = (typeof places)[number]
