import { Gpu } from 'lucide-react'
import { Empty } from '../ui/empty.tsx'

const Code = ({ children }: { children: string }) => (
  <code className="break-words font-mono text-xs">{children}</code>
)

/** What must be there for GPUs to appear. */
export function NoGpu() {
  return (
    <Empty icon={Gpu} title="No cluster tells of a GPU">
      <p>
        GPUs appear once a cluster’s Prometheus (its <Code>prometheus_url</Code>) scrapes NVIDIA’s{' '}
        <Code>dcgm-exporter</Code> (metrics <Code>DCGM_FI_DEV_*</Code>). Without it, the platform asks{' '}
        <Code>nvidia-smi</Code> in the pods of <Code>nvidia-driver-daemonset</Code>, for which its account
        needs the verb <Code>create</Code> on <Code>pods/exec</Code> in their namespace.
      </p>
    </Empty>
  )
}
