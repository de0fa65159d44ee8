#!/usr/bin/env bash
# Trains as a Slurm job that queues again before its time is over, and goes on:
#
#     sbatch --time 8:00:00 tools/slurm_train.sh CONFIG --work-dir DIR
#
# Words of sbatch stand before the name, those of tools/train.py behind it.
#SBATCH --ntasks-per-node 1
#SBATCH --signal TERM@300
#SBATCH --requeue
#SBATCH --open-mode append
set -uo pipefail
# Two jobs on one node don't meet.
export MASTER_PORT=$((20000 + SLURM_JOB_ID % 40000))
srun python tools/train.py "$@" --launcher slurm --resume
code=$?
# SIGTERM, and the state is saved.
if [ "$code" = 143 ]; then scontrol requeue "$SLURM_JOB_ID"; fi
exit "$code"
