"""電話禮貌測試: scales, draws, calls and standing."""
