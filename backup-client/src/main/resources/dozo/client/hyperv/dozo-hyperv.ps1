<#
.SYNOPSIS
What Dozo asks of Hyper-V, a verb a run. Answers with JSON objects, a line each, the last {"type":"end"}.
docs/hyper-v-backup.md has the contract. Runs on the host of the VM, as an administrator, with PowerShell 5.1.

  inventory  -Vm GUID                                   what the VM is and has
  checkpoint -Vm GUID -Consistency application|crash    makes a recovery checkpoint, names its frozen files
  changes    -Path FILE -Since RCTID                    what has changed on a disk since a reference point
  convert    -Checkpoint ID                             makes a checkpoint into a reference point
  abort      -Checkpoint ID                             removes a checkpoint, if it is there
  sweep      -Reference ID                              removes a reference point, if it is there
#>
[CmdletBinding()]
param(
  [Parameter(Mandatory, Position = 0)]
  [ValidateSet('inventory', 'checkpoint', 'changes', 'convert', 'abort', 'sweep')]
  [string] $Verb,
  [guid] $Vm,
  [ValidateSet('application', 'filesystem', 'crash')] [string] $Consistency = 'application',
  [string] $Path,
  [string] $Since,
  [string] $Checkpoint,
  [string] $Reference
)
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'
[Console]::OutputEncoding = New-Object System.Text.UTF8Encoding $false

$Namespace = 'root\virtualization\v2'
$JobStarted = 4096
$JobCompleted = 7
$RecoverySnapshot = 32768
$ChangesAtOnce = 1GB

function Write-Line([System.Collections.IDictionary] $Members) {
  [Console]::Out.WriteLine((ConvertTo-Json -InputObject $Members -Compress -Depth 4))
}

# The one service of that class.
function Get-Service-Object([string] $Class) {
  Get-CimInstance -Namespace $Namespace -ClassName $Class
}

# Calls a method and waits for the job that it may have begun. Returns what it put out.
function Invoke-Waiting($Service, [string] $Method, [hashtable] $Arguments) {
  $out = Invoke-CimMethod -InputObject $Service -MethodName $Method -Arguments $Arguments
  if ($out.ReturnValue -eq $JobStarted) {
    $job = $out.Job | Get-CimInstance
    while ($job.JobState -lt $JobCompleted) {
      Start-Sleep -Milliseconds 200
      $job = $job | Get-CimInstance
    }
    if ($job.JobState -ne $JobCompleted) {
      throw "${Method}: $($job.ErrorDescription) (0x$('{0:x8}' -f $job.ErrorCode))"
    }
  } elseif ($out.ReturnValue -ne 0) {
    throw "${Method} answered $($out.ReturnValue)"
  }
  $out
}

# WMI takes an object as an argument as the XML text of it.
function ConvertTo-Embedded($Instance) {
  $serializer = [Microsoft.Management.Infrastructure.Serialization.CimSerializer]::Create()
  $bytes = $serializer.Serialize(
    $Instance, [Microsoft.Management.Infrastructure.Serialization.InstanceSerializationOptions]::None)
  [System.Text.Encoding]::Unicode.GetString($bytes)
}

function Get-Machine {
  $machine = Get-CimInstance -Namespace $Namespace -ClassName Msvm_ComputerSystem -Filter "Name='$Vm'"
  if (-not $machine) { throw "There is no VM $Vm on this host" }
  $machine
}

function Get-ById([string] $Class, [string] $Id) {
  Get-CimInstance -Namespace $Namespace -ClassName $Class | Where-Object { $_.InstanceID -eq $Id }
}

# The disks of some settings, each with where it is attached and the file that it is in.
function Get-Disks($Settings) {
  $parts = Get-CimAssociatedInstance -InputObject $Settings -ResultClassName Msvm_ResourceAllocationSettingData
  $drives = @{}
  foreach ($part in $parts) { $drives[$part.InstanceID] = $part }
  Get-CimAssociatedInstance -InputObject $Settings -ResultClassName Msvm_StorageAllocationSettingData |
    Where-Object { $_.ResourceSubType -eq 'Microsoft:Hyper-V:Virtual Hard Disk' } |
    ForEach-Object {
      # ...\<controller>\<slot>\D of the drive that the disk is in
      $place = ($_.Parent -replace '.*InstanceID="?([^"]*)"?.*', '$1') -replace '\\\\', '\'
      $words = @($place -split '\\')
      $controller = if ($words.Count -ge 3) { $words[-3] } else { '0' }
      $slot = if ($words.Count -ge 2) { $words[-2] } else { '0' }
      @{ name = "disk$controller-$slot"; path = $_.HostResource[0] }
    }
}

function Get-DiskId([string] $File) {
  (Get-VHD -Path $File).DiskIdentifier
}

function Show-Inventory {
  $machine = Get-Machine
  Write-Line ([ordered]@{
      type = 'vm'; id = $machine.Name; name = $machine.ElementName; host = $env:COMPUTERNAME
      running = ($machine.EnabledState -eq 2)
    })
  $settings = Get-CimAssociatedInstance -InputObject $machine -Association Msvm_SettingsDefineState
  foreach ($disk in Get-Disks $settings) {
    Write-Line ([ordered]@{ type = 'disk'; name = $disk.name; path = $disk.path; diskId = (Get-DiskId $disk.path) })
  }
}

function New-RecoverySnapshot($Machine, [int] $Level) {
  $class = Get-CimClass -Namespace $Namespace -ClassName Msvm_VirtualSystemSnapshotSettingData
  # Level 1 is application consistent, 2 crash consistent. Backup type 2 is a copy, after which writers truncate nothing.
  $settings = New-CimInstance -CimClass $class -ClientOnly -Property @{
    ConsistencyLevel = [byte]$Level; GuestBackupType = [byte]2; IgnoreNonSnapshottableDisks = $false
  }
  $service = Get-Service-Object Msvm_VirtualSystemSnapshotService
  $out = Invoke-Waiting $service 'CreateSnapshot' @{
    AffectedSystem = [ref]$Machine; SnapshotSettings = (ConvertTo-Embedded $settings); SnapshotType = [uint16]$RecoverySnapshot
  }
  if ($out.ResultingSnapshot) { return ($out.ResultingSnapshot | Get-CimInstance) }
  Get-CimAssociatedInstance -InputObject ($out.Job | Get-CimInstance) -Association Msvm_AffectedJobElement |
    Where-Object { $_.CimClass.CimClassName -eq 'Msvm_VirtualSystemSettingData' }
}

function New-Checkpoint {
  $machine = Get-Machine
  $reason = ''
  $reached = 'application'
  if ($Consistency -eq 'crash') {
    $snapshot = New-RecoverySnapshot $machine 2
    $reached = 'crash'
  } else {
    try {
      $snapshot = New-RecoverySnapshot $machine 1
    } catch {
      $reason = "the guest's writers did not take part: $($_.Exception.Message)"
      $snapshot = New-RecoverySnapshot $machine 2
      $reached = 'crash'
    }
  }
  # First of all, so that whoever dies from here on has left its id.
  Write-Line ([ordered]@{ type = 'checkpoint'; id = $snapshot.InstanceID; consistency = $reached; reason = $reason })
  foreach ($disk in Get-Disks $snapshot) {
    Write-Line ([ordered]@{ type = 'disk'; name = $disk.name; path = $disk.path; diskId = (Get-DiskId $disk.path) })
  }
  $configuration = Join-Path $snapshot.ConfigurationDataRoot 'Snapshots'
  Get-ChildItem -Path (Join-Path $configuration "$($snapshot.ConfigurationID)*") -File -ErrorAction SilentlyContinue |
    ForEach-Object { Write-Line ([ordered]@{ type = 'file'; path = $_.FullName }) }
}

function Show-Changes {
  $service = Get-Service-Object Msvm_ImageManagementService
  $size = (Get-VHD -Path $Path).Size
  $at = [uint64]0
  while ($at -lt $size) {
    $out = Invoke-Waiting $service 'GetVirtualDiskChanges' @{
      Path = $Path; LimitId = $Since; TargetSnapshotId = ''
      ByteOffset = $at; ByteLength = [uint64][Math]::Min($ChangesAtOnce, $size - $at)
    }
    $offsets = $out.ChangedByteOffsets
    # Where nothing has changed there may be no array, and @($null) has one member.
    for ($i = 0; $null -ne $offsets -and $i -lt $offsets.Count; $i++) {
      Write-Line ([ordered]@{ type = 'range'; offset = $offsets[$i]; length = $out.ChangedByteLengths[$i] })
    }
    if ($out.ProcessedByteLength -eq 0) { throw "GetVirtualDiskChanges makes no way at $at" }
    $at += $out.ProcessedByteLength
  }
}

function Convert-Checkpoint {
  $snapshot = Get-ById Msvm_VirtualSystemSettingData $Checkpoint
  if (-not $snapshot) { throw "There is no checkpoint $Checkpoint" }
  $service = Get-Service-Object Msvm_VirtualSystemSnapshotService
  $out = Invoke-Waiting $service 'ConvertToReferencePoint' @{ AffectedSnapshot = [ref]$snapshot }
  $point = if ($out.ResultingReferencePoint) {
    $out.ResultingReferencePoint | Get-CimInstance
  } else {
    Get-CimAssociatedInstance -InputObject ($out.Job | Get-CimInstance) -Association Msvm_AffectedJobElement |
      Where-Object { $_.CimClass.CimClassName -eq 'Msvm_VirtualSystemReferencePoint' }
  }
  Write-Line ([ordered]@{ type = 'reference'; id = $point.InstanceID })
  $disks = $point.VirtualDiskIdentifiers
  for ($i = 0; $null -ne $disks -and $i -lt $disks.Count; $i++) {
    Write-Line ([ordered]@{
        type = 'disk'; diskId = $disks[$i]; rctId = $point.ResilientChangeTrackingIdentifiers[$i]
      })
  }
}

function Remove-Checkpoint {
  $snapshot = Get-ById Msvm_VirtualSystemSettingData $Checkpoint
  if ($snapshot) {
    $service = Get-Service-Object Msvm_VirtualSystemSnapshotService
    $null = Invoke-Waiting $service 'DestroySnapshot' @{ AffectedSnapshot = [ref]$snapshot }
  }
}

function Remove-Reference {
  $point = Get-ById Msvm_VirtualSystemReferencePoint $Reference
  if ($point) {
    $service = Get-Service-Object Msvm_VirtualSystemReferencePointService
    $null = Invoke-Waiting $service 'DestroyReferencePoint' @{ AffectedReferencePoint = [ref]$point }
  }
}

try {
  switch ($Verb) {
    'inventory' { Show-Inventory }
    'checkpoint' { New-Checkpoint }
    'changes' { Show-Changes }
    'convert' { Convert-Checkpoint }
    'abort' { Remove-Checkpoint }
    'sweep' { Remove-Reference }
  }
  Write-Line ([ordered]@{ type = 'end' })
} catch {
  Write-Line ([ordered]@{ type = 'error'; message = $_.Exception.Message })
  exit 1
}
