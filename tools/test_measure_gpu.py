"""Checks of `measure_gpu.py` that need no GPU: python3 -m unittest discover tools."""

import os
import subprocess
import sys
import unittest

import measure_gpu

HERE = os.path.dirname(os.path.abspath(__file__))


def ran(*words):
    return subprocess.run(
        [sys.executable, os.path.join(HERE, "measure_gpu.py"), *words], capture_output=True, text=True)


class MeasureGPUTests(unittest.TestCase):
    def test_columns_are_those_of_the_shipped_tables(self):
        def header(name):
            with open(os.path.join(HERE, "..", "Validation", name), encoding="utf-8") as file:
                return file.readline().strip().split(",")

        self.assertEqual(measure_gpu.KERNEL_COLUMNS, header("kernels.csv"))
        self.assertLessEqual(set(measure_gpu.COLLECTIVE_COLUMNS), set(header("collectives.csv")))

    def test_a_dry_run_prints_every_shape_once(self):
        answer = ran("--dry-run")
        lines = answer.stdout.splitlines()
        self.assertEqual((answer.returncode, answer.stderr), (0, ""))
        self.assertEqual(len(lines), len(set(lines)))
        self.assertIn("gemm fp8 4096x4096x4096", lines)
        self.assertIn("attention_decode bf16 8x1x2048x32x8x128", lines)

    def test_only_some_kernels(self):
        lines = ran("--dry-run", "--kernel", "add").stdout.splitlines()
        self.assertTrue(lines and all(line.startswith("add ") for line in lines))

    def test_what_is_wrong_is_one_line(self):
        answer = ran("--dry-run", "--formats", "int4")
        self.assertEqual(answer.returncode, 2)
        self.assertEqual(answer.stderr, "measure_gpu: no format is named 'int4': use bf16, fp16, fp8\n")
        answer = ran("--dry-run", "--kernel", "sort")
        self.assertEqual((answer.returncode, answer.stderr.count("\n")), (2, 1))

    def test_without_pytorch_or_a_gpu(self):
        try:
            import torch
            if torch.cuda.is_available():
                self.skipTest("there is a GPU")
        except ImportError:
            pass
        answer = ran("--out", "/nonexistent")
        self.assertEqual((answer.returncode, answer.stdout, answer.stderr.count("\n")), (2, "", 1))


if __name__ == "__main__":
    unittest.main()
