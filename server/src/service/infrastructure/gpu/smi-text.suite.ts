import type { ClusterApi, ExecAsk } from '../../../port/cluster-api.ts'

/** What nvidia-smi of driver 550 prints, in its forms, for two H100. */
export const gpuCsv = `0, GPU-aaaa, NVIDIA H100 80GB HBM3, 550.54.15, 81559, 41000, 40000, 97, 45, 61, 512.31, 700.00, [N/A]
1, GPU-bbbb, NVIDIA H100 80GB HBM3, 550.54.15, 81559, 4, 81000, 0, 0, 31, 69.80, 700.00, [N/A]
`
export const appCsv = `GPU-aaaa, 4242, python3, train.py, 40960
GPU-aaaa, 4300, /usr/bin/dcgmproftester, [N/A]
`
export const plain = `Sat Nov 21 11:00:00 2026
+-----------------------------------------------------------------------------------------+
| NVIDIA-SMI 550.54.15              Driver Version: 550.54.15      CUDA Version: 12.4     |
+-----------------------------------------------------------------------------------------+
`
export const migList = `GPU 0: NVIDIA H100 80GB HBM3 (UUID: GPU-aaaa)
  MIG 1g.10gb     Device  0: (UUID: MIG-1111)
  MIG 2g.20gb     Device  1: (UUID: MIG-2222)
GPU 1: NVIDIA H100 80GB HBM3 (UUID: GPU-bbbb)
`
export const xml = (more = ''): string => `<?xml version="1.0" ?>
<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v12.dtd">
<nvidia_smi_log>
  <timestamp>Sat Nov 21 11:00:00 2026</timestamp>
  <driver_version>550.54.15</driver_version>
  <cuda_version>12.4</cuda_version>
  <attached_gpus>1</attached_gpus>
  <gpu id="00000000:17:00.0">
    <product_name>NVIDIA H100 80GB HBM3</product_name>
    <mig_mode><current_mig>Disabled</current_mig><pending_mig>Disabled</pending_mig></mig_mode>
    <mig_devices>None</mig_devices>
    <uuid>GPU-aaaa</uuid>
    <pci>
      <pci_gpu_link_info><link_widths><max_link_width>16x</max_link_width><current_link_width>8x</current_link_width></link_widths></pci_gpu_link_info>
      <replay_counter>7</replay_counter>
    </pci>
    <fan_speed>N/A</fan_speed>
    <clocks_event_reasons>
      <clocks_event_reason_gpu_idle>Not Active</clocks_event_reason_gpu_idle>
      <clocks_event_reason_sw_power_cap>Active</clocks_event_reason_sw_power_cap>
      <clocks_event_reason_hw_thermal_slowdown>Active</clocks_event_reason_hw_thermal_slowdown>
    </clocks_event_reasons>
    <fb_memory_usage><total>81559 MiB</total><reserved>559 MiB</reserved><used>41000 MiB</used><free>40000 MiB</free></fb_memory_usage>
    <utilization><gpu_util>97 %</gpu_util><memory_util>45 %</memory_util></utilization>
    <ecc_errors>
      <volatile><sram_correctable>0</sram_correctable><sram_uncorrectable_parity>1</sram_uncorrectable_parity><dram_correctable>3</dram_correctable><dram_uncorrectable>2</dram_uncorrectable></volatile>
      <aggregate><dram_uncorrectable>9</dram_uncorrectable></aggregate>
    </ecc_errors>
    <remapped_rows><remapped_row_corr>0</remapped_row_corr><remapped_row_unc>1</remapped_row_unc><remapped_row_pending>Yes</remapped_row_pending><remapped_row_failure>No</remapped_row_failure></remapped_rows>
    <temperature><gpu_temp>61 C</gpu_temp><memory_temp>70 C</memory_temp></temperature>
    <gpu_power_readings><power_draw>512.31 W</power_draw><current_power_limit>700.00 W</current_power_limit></gpu_power_readings>
    <clocks><sm_clock>1980 MHz</sm_clock><mem_clock>2619 MHz</mem_clock></clocks>
    <max_clocks><sm_clock>1980 MHz</sm_clock></max_clocks>
    <processes>
      <process_info><pid>4242</pid><type>C</type><process_name>python3 &lt;x&gt;</process_name><used_memory>40960 MiB</used_memory></process_info>
      <process_info><pid>77</pid><type>C+G</type><process_name>x</process_name><used_memory>N/A</used_memory></process_info>
    </processes>
  </gpu>${more}
</nvidia_smi_log>
`
export const migXml = xml(`
  <gpu id="00000000:18:00.0">
    <product_name>NVIDIA H100 80GB HBM3</product_name>
    <uuid>GPU-bbbb</uuid>
    <mig_mode><current_mig>Enabled</current_mig></mig_mode>
    <mig_devices>
      <mig_device><index>0</index><gpu_instance_id>7</gpu_instance_id><fb_memory_usage><total>9856 MiB</total><used>12 MiB</used></fb_memory_usage></mig_device>
    </mig_devices>
    <utilization><gpu_util>N/A</gpu_util></utilization>
  </gpu>`)

/** A cluster whose pods run commands as told. */
export function execApi(
  answers: (command: string, ask: ExecAsk) => string | Promise<string>,
  allowed: boolean | null = true,
): ClusterApi & { commands: string[] } {
  const commands: string[] = []
  return {
    commands,
    async exec(ask: ExecAsk) {
      const command = ask.command.join(' ')
      commands.push(`${ask.pod}: ${command}`)
      return { stdout: await answers(command, ask), stderr: '', exitCode: 0 }
    },
    allowed: async (asks: readonly unknown[]) => asks.map(() => allowed),
  } as unknown as ClusterApi & { commands: string[] }
}
