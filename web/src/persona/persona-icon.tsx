import {
  Bot,
  Brain,
  Cpu,
  Database,
  Gpu,
  type LucideIcon,
  Network,
  Server,
  Shield,
  Signal,
} from 'lucide-react'

/** Icons that a persona may have, by the name that is stored. */
const icons: Readonly<Record<string, LucideIcon>> = {
  ...{ robot: Bot, server: Server, gpu: Gpu, network: Network, signal: Signal },
  ...{ database: Database, cpu: Cpu, shield: Shield, brain: Brain },
}
export const iconNames = Object.keys(icons)

export function PersonaIcon({ name, className }: { name: string; className?: string }) {
  const Icon = Object.hasOwn(icons, name) ? (icons[name] ?? Bot) : Bot
  return <Icon aria-hidden className={className ?? 'size-5 shrink-0 text-ink-mute'} />
}
