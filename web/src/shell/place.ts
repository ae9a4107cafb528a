import {
  Activity,
  Bell,
  BellOff,
  BookOpen,
  Boxes,
  ChartSpline,
  CircleDollarSign,
  Combine,
  FileText,
  GitPullRequest,
  GitPullRequestArrow,
  Gpu,
  MessageCircleQuestionMark,
  Network,
  Radar,
  RadioTower,
  ScrollText,
  SearchCheck,
  Settings,
  Siren,
  SlidersHorizontal,
  Target,
  TrendingUp,
  Users,
  Waypoints,
  Wrench,
} from 'lucide-react'

/** The pages of the navigation, in order and in groups, with the key that follows `g`: what is wrong, where, what it costs and what is changed, the rest. */
export const placeGroups = [
  [
    { to: '/', label: 'Overview', key: 'o', icon: Activity },
    { to: '/chat', label: 'Ask', key: 'a', icon: MessageCircleQuestionMark },
  ],
  [
    { to: '/incidents', label: 'Incidents', key: 'i', icon: Siren },
    { to: '/alerts', label: 'Alerts', key: 'w', icon: Bell },
    { to: '/anomalies', label: 'Anomalies', key: 'u', icon: Radar },
    { to: '/findings', label: 'Findings', key: 'f', icon: SearchCheck },
    { to: '/silences', label: 'Silences', key: 'z', icon: BellOff },
  ],
  [
    { to: '/explore', label: 'Explore', key: 'e', icon: ChartSpline },
    { to: '/topology', label: 'Topology', key: 't', icon: Network },
    { to: '/slos', label: 'SLOs', key: 'j', icon: Target },
    { to: '/forecasts', label: 'Forecasts', key: 'h', icon: TrendingUp },
  ],
  [
    { to: '/clusters', label: 'Clusters', key: 'c', icon: Boxes },
    { to: '/gpu', label: 'GPU', key: 'g', icon: Gpu },
    { to: '/cnf', label: 'CNF', key: 'n', icon: RadioTower },
  ],
  [
    { to: '/cost', label: 'Cost', key: 'b', icon: CircleDollarSign },
    { to: '/deployments', label: 'Deployments', key: 'y', icon: GitPullRequestArrow },
    { to: '/reports', label: 'Reports', key: 'r', icon: FileText },
  ],
  [
    { to: '/sources', label: 'Sources', key: 'd', icon: Waypoints },
    { to: '/settings', label: 'Settings', key: 's', icon: Settings },
  ],
] as const

export const places = placeGroups.flat()

/** Places behind “More”: those that others lead to, and that are set up once. */
export const furtherPlaces = [
  { to: '/knowledge', label: 'Knowledge', key: 'k', icon: BookOpen },
  { to: '/correlation', label: 'Correlation', key: 'x', icon: Combine },
  { to: '/detection', label: 'Detection', key: 'v', icon: SlidersHorizontal },
  { to: '/personas', label: 'Personas', key: 'p', icon: Users },
  { to: '/tools', label: 'Tools', key: 'm', icon: Wrench },
  { to: '/merge-requests', label: 'Merge requests', key: 'q', icon: GitPullRequest },
  { to: '/audit', label: 'Audit', key: 'l', icon: ScrollText },
] as const

export const allPlaces = [...places, ...furtherPlaces]

export type Place = (typeof allPlaces)[number]
