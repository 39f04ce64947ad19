"""為民服務訓練: sessions, retraining cases and the printed lists."""
